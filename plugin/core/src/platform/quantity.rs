//! Amounts of memory: Kubernetes quantities (`2Gi`) and Spark sizes (`1200m`).

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// Bytes in a mebibyte.
pub const MIB: u64 = 1024 * 1024;

/// The bytes of a Kubernetes quantity, rounded up; `None` when it is no quantity.
///
/// Source: `apimachinery/pkg/api/resource`, "Quantity": decimal suffixes n to E, binary Ki to Ei, or an exponent.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
pub fn bytes(quantity: &Quantity) -> Option<u64> {
    let value = number(&quantity.0)?.ceil();
    (0.0..1.8e19).contains(&value).then_some(value as u64)
}

/// The amount of a Kubernetes quantity as a number, such as 0.5 for `500m` CPUs.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(split);
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        exponent if exponent.starts_with(['e', 'E']) => return format!("{digits}{exponent}").parse().ok(),
        _ => return None,
    };
    let value: f64 = digits.parse().ok()?;
    Some(value * factor)
}

/// An exbibyte: no memory is larger, and calculations stay in range.
const MAX_MIB: u64 = 1 << 40;

/// The mebibytes of a Spark memory size; a bare number is mebibytes. `None` when it is no size.
///
/// Source: Spark's `JavaUtils.byteStringAsMb`: a whole number and k, m, g, t, p, each also with a b.
pub fn spark_mib(text: &str) -> Option<u64> {
    let lower = text.trim().to_ascii_lowercase();
    let split = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
    let (digits, suffix) = lower.split_at(split);
    let value: u64 = digits.parse().ok()?;
    let mib = match suffix {
        "b" => Some(value / MIB),
        "k" | "kb" => Some(value / 1024),
        "" | "m" | "mb" => Some(value),
        "g" | "gb" => value.checked_mul(1024),
        "t" | "tb" => value.checked_mul(1024 * 1024),
        "p" | "pb" => value.checked_mul(1024 * 1024 * 1024),
        _ => None,
    };
    mib.filter(|mib| *mib <= MAX_MIB)
}

/// Whether it is a Spark time with a unit. A bare number means seconds here and milliseconds there.
///
/// Source: Spark's `JavaUtils.timeStringAs`.
pub fn is_spark_time(text: &str) -> bool {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    digits.parse::<u32>().is_ok_and(|number| number > 0) && matches!(unit, "us" | "ms" | "s" | "m" | "min" | "h" | "d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubernetes_quantities_are_bytes() {
        for (text, value) in [
            ("2Gi", 2 << 30),
            ("512Mi", 512 << 20),
            ("1G", 1_000_000_000),
            ("1e9", 1_000_000_000),
            ("1.5Gi", 3 << 29),
            ("128974848", 128_974_848),
        ] {
            assert_eq!(bytes(&Quantity(text.into())), Some(value), "{text}");
        }
        for text in ["", "2 GiB", "2gb", "Gi", "-1Gi"] {
            assert_eq!(bytes(&Quantity(text.into())), None, "{text}");
        }
        assert_eq!(number("500m"), Some(0.5));
    }

    #[test]
    fn spark_times_have_a_unit() {
        assert!(["10s", "7d", "500ms", "5min"].into_iter().all(is_spark_time));
        assert!(
            ["", "10", "s", "0s", "1w", "-1s", "1.5h", "99999999999s"].into_iter().all(|text| !is_spark_time(text))
        );
    }

    #[test]
    fn spark_sizes_are_mebibytes() {
        for (text, value) in
            [("1200m", 1200), ("2g", 2048), ("512", 512), ("1GB", 1024), ("2048k", 2), ("1024p", 1 << 40)]
        {
            assert_eq!(spark_mib(text), Some(value), "{text}");
        }
        for text in ["", "1.5g", "2Gi", "g", "18446744073709551615", "18446744073709551615p", "1025p"] {
            assert_eq!(spark_mib(text), None, "{text}");
        }
    }
}
