//! The one integration binary of the house: promises kept over HTTP and sockets by the real program on real databases. A
//! test is an `async fn` inside [`both_databases!`] and runs once on SQLite and once on PostgreSQL; see [`harness`].

#![allow(missing_docs, reason = "the names of tests are their description")]
#![allow(clippy::unwrap_used, reason = "the whole crate is a test: what is not as expected ends it")]

#[macro_use]
mod harness;

mod accounts;
mod accounts_addresses;
mod accounts_forms;
mod accounts_locks;
mod accounts_proofs;
mod accounts_reset;
mod accounts_standing;
mod accounts_two_factor;
mod api_docs;
mod attachments;
mod audit;
mod bad_input;
mod channels;
mod chat;
mod command_line;
mod cors;
mod crash;
mod crash_events;
mod crash_shared;
mod database_away;
mod dead_letters;
mod delivery;
mod demo;
mod drain;
mod error_docs;
mod event_types;
mod fairness;
mod health;
mod house_facts;
mod house_rules;
mod idempotency;
mod letters;
mod lifecycle;
mod limits;
mod limits_away;
mod logo;
mod mail;
mod manage_link;
mod messaging;
mod messaging_appointments;
mod messaging_messages;
mod messaging_standing;
mod messaging_taken_back;
mod migrating;
mod notifications;
mod oidc;
mod operator;
mod preferences;
mod problems;
mod program;
mod push;
mod queue;
mod reach_back;
mod reconnect;
mod reminders;
mod rotate_key;
mod setting_docs;
mod signals;
mod sms;
mod sockets;
mod sockets_messages;
mod sockets_order;
mod staff_mails;
mod strangers;
mod systems;
mod team;
mod templates;
mod told_to_systems;
mod traces;
mod tried_again;
mod web_app;
mod webhooks;
mod whatsapp;
mod whatsapp_cloud;
