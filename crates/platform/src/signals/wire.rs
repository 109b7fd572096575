//! How signals travel: JSON text `{"n":"<node>","s":[["topic",key],…]}`, in pieces that fit into one notification.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::Signal;

/// PostgreSQL takes notifications of less than 8,000 bytes.
const PIECE_BYTES_MAX: usize = 7_000;

#[derive(Serialize)]
struct Sent<'a> {
    n: Uuid,
    s: &'a [(&'a str, &'a Json)],
}

/// What came from another process.
#[derive(Deserialize)]
pub(super) struct Heard {
    /// Which process.
    #[serde(rename = "n")]
    pub node: Uuid,
    /// Topics and keys.
    #[serde(rename = "s")]
    pub signals: Vec<(String, Json)>,
}

/// The signals as texts that fit, in order.
pub(super) fn pack(node: Uuid, signals: &[Signal]) -> serde_json::Result<Vec<String>> {
    let (mut pieces, mut piece, mut bytes) = (Vec::new(), Vec::new(), 0);
    for signal in signals {
        let size = signal.topic.len() + signal.key.to_string().len() + 8;
        if bytes + size > PIECE_BYTES_MAX && !piece.is_empty() {
            pieces.push(serde_json::to_string(&Sent { n: node, s: &piece })?);
            piece.clear();
            bytes = 0;
        }
        piece.push((signal.topic, &signal.key));
        bytes += size;
    }
    if !piece.is_empty() {
        pieces.push(serde_json::to_string(&Sent { n: node, s: &piece })?);
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_heard_in_order_and_every_piece_fits() {
        let signal = |n: usize| Signal { topic: "sessions.ended", key: Json::from(format!("{n:0>100}")) };
        let signals: Vec<Signal> = (0..500).map(signal).collect();
        let pieces = pack(Uuid::from_u128(7), &signals).unwrap();
        assert!(pieces.len() > 5 && pieces.iter().all(|piece| piece.len() < 8_000));
        let heard = pieces.iter().map(|piece| serde_json::from_str::<Heard>(piece).unwrap());
        let keys: Vec<Json> = heard.flat_map(|heard| heard.signals).map(|(_, key)| key).collect();
        assert!(keys.iter().eq(signals.iter().map(|signal| &signal.key)));
        assert!(pack(Uuid::nil(), &[]).unwrap().is_empty());
    }
}
