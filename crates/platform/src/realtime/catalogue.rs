//! How a floor tells of its socket events: each has a list of its own, and the server makes the AsyncAPI document from all of
//! them.

/// Who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A client.
    ToServer,
    /// The server.
    ToClient,
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub struct SocketEvent {
    /// Its name on the wire.
    pub name: &'static str,
    /// Who sends it.
    pub direction: Direction,
    /// What it means and who gets it.
    pub summary: &'static str,
    /// Its payload as a JSON example.
    pub example: &'static str,
}

impl SocketEvent {
    /// One that clients send.
    pub const fn up(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self { name, direction: Direction::ToServer, summary, example }
    }
    /// One that the server sends.
    pub const fn down(name: &'static str, summary: &'static str, example: &'static str) -> Self {
        Self { name, direction: Direction::ToClient, summary, example }
    }
}
