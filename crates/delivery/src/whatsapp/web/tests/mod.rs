//! The library on our tables, and over real connections to servers of ours.

mod impostor;
mod paired;
mod storage;
mod transport;
mod websocket;
