//! Every query of the queue. Whoever locks deliveries and events locks deliveries first, each kind in the order of ids.

pub(crate) mod change;
pub(crate) mod claim;
pub(crate) mod insert;
pub(crate) mod mark;
