//! The part of jiff that k8s-openapi calls: a timestamp that stays the text it came as.

use serde::de::{Deserialize, Deserializer, Error};

/// A point in time in the form of RFC 3339 with `Z`, such as `2026-01-31T12:00:00Z`: the form that Kubernetes writes.
/// At most nine digits after the second; what is not used is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp([u8; LONGEST]);

const LONGEST: usize = "2026-01-31T12:00:00.123456789Z".len();

impl Timestamp {
    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        is_timestamp(text).then_some(Self(bytes))
    }

    fn text(&self) -> String {
        self.0.iter().take_while(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect()
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| Error::custom("not a timestamp such as 2026-01-31T12:00:00Z"))
    }
}

/// `YYYY-MM-DDTHH:MM:SS`, optionally a fraction, `Z`. Whether the day exists is left to the API server.
fn is_timestamp(text: &str) -> bool {
    let Some((seconds, fraction)) = text.split_at_checked(19) else { return false };
    let shape = seconds.bytes().zip("dddd-dd-ddTdd:dd:dd".bytes());
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted };
    let Some(fraction) = fraction.strip_suffix('Z') else { return false };
    let digits = fraction.strip_prefix('.');
    shape.into_iter().all(fits)
        && (fraction.is_empty() || digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit())))
}

/// Writing.
pub mod fmt {
    /// By a pattern.
    pub mod strtime {
        use crate::Timestamp;

        /// The text as it came: both patterns that k8s-openapi asks for are the form of [`Timestamp`].
        ///
        /// # Errors
        ///
        /// None.
        pub fn format(_pattern: &str, timestamp: Timestamp) -> Result<String, core::convert::Infallible> {
            Ok(timestamp.text())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn form() {
        for good in ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456Z"] {
            assert_eq!(Timestamp::parse(good).map(|timestamp| timestamp.text()).as_deref(), Some(good));
        }
        for bad in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00.1234567890Z",
            "ééééééééééZ",
        ] {
            assert_eq!(Timestamp::parse(bad), None, "{bad}");
        }
    }
}
