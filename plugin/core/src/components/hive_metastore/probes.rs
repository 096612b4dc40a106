//! What the probes ask, in Thrift's binary protocol (thrift-binary-protocol.md): a port that is open says little of a
//! server whose threads hang or whose database is gone. bash alone opens the connection: a client would be a JVM or a Python
//! that costs a tenth of a second of CPU each time.

use crate::platform::probes::Question;

/// Of use: the answer is read from the database (`ThriftHiveMetastore.get_current_notificationEventId`).
pub(super) fn is_of_use(port: u16) -> Question {
    answers(port, "get_current_notificationEventId", 59)
}

/// Alive: it needs no database (`FacebookService.getStatus`).
pub(super) fn is_alive(port: u16) -> Question {
    answers(port, "getStatus", 29)
}

/// Does a call without arguments get a reply, of so many bytes, and not an exception? All of it is read, so that closing
/// the connection is no error to the server.
fn answers(port: u16, method: &str, length: usize) -> Question {
    let name = format!("\\x00\\x00\\x00\\x{:02x}{method}", method.len());
    Question::Bash(format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port} && printf '\\x80\\x01\\x00\\x01{name}\\x00\\x00\\x00\\x00\\x00' >&3 && [[ $(od -An -v -tx1 -N{length} <&3) == ' 80 01 00 02'* ]]"
    ))
}
