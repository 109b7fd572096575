//! The program: command line, composition root, the lists of routes, sockets, reactions and jobs, and the web app inside.
//! No business rule lives here. [`compose::open_platform`] and [`compose::compose`] put the house together, [`serve::run`]
//! lets it answer until it is told to stop.

pub mod asyncapi;
pub mod cli;
pub mod compose;
pub mod connections;
pub mod demo;
mod folder;
pub mod jobs;
pub mod layers;
mod nulls;
pub mod pages;
pub mod phase;
pub mod reactions;
pub mod routes;
pub mod sealed;
pub mod serve;
pub mod simulated;
pub mod sockets;
pub mod wiring;
