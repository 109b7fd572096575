//! What counting costs where it is hottest: a message of a socket passes [`Pace`] and one lookup in the table of senders.
//! Prints nanoseconds per call; run it with `--release`. With `REDIS_URL` also what a shared count takes.

#![allow(clippy::print_stdout, reason = "a measurement prints what it found")]
#![allow(clippy::disallowed_methods, reason = "not a part of the house")]

use std::{
    collections::HashMap,
    error::Error,
    hint::black_box,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use kernel::World;
use platform::{
    clock::{OsEntropy, SystemClock},
    config::Config,
    limits::{Key, Limits, Pace, Policy},
};
use uuid::Uuid;

const CALLS: u32 = 2_000_000;
const SENDERS: u128 = 1_000;
const SHARED_CALLS: u32 = 2_000;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn limits(redis: Option<String>) -> Outcome<(Limits, tempfile::TempDir)> {
    let data = tempfile::tempdir()?;
    let mut values: HashMap<String, String> =
        HashMap::from([("DATA_DIR".to_owned(), data.path().display().to_string())]);
    values.insert("RATE_LIMIT_MESSAGES".to_owned(), "1000000/1m".to_owned());
    values.extend(redis.map(|url| ("REDIS_URL".to_owned(), url)));
    let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
    Ok((Limits::new(&Config::from_map(values)?, world), data))
}

fn each(began: Instant, calls: u32) -> Duration {
    began.elapsed() / calls
}

fn sender(n: u32) -> Key {
    Key::row(Uuid::from_u128(u128::from(n) % SENDERS))
}

fn main() -> Outcome {
    let (here, _data) = limits(None)?;
    let began = Instant::now();
    for n in 0..CALLS {
        black_box(here.take_here(Policy::Messages, sender(n)));
    }
    println!("one message, one thread:   {:?}", each(began, CALLS));
    let began = Instant::now();
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let here = here.clone();
            thread::spawn(move || {
                for n in 0..CALLS {
                    black_box(here.take_here(Policy::Messages, sender(n)));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| "a thread ended badly")?;
    }
    println!("one message, two threads:  {:?} of each thread", each(began, CALLS));
    let pace = Pace::default();
    let began = Instant::now();
    let refused = (0..CALLS).filter(|_| black_box(here.take_of_socket(&pace)).is_err()).count();
    println!("one event of a socket:     {:?} ({refused} were too fast)", each(began, CALLS));
    let Ok(url) = std::env::var("REDIS_URL") else { return Ok(()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (shared, _data) = limits(Some(url))?;
        shared.take(Policy::Messages, sender(0)).await;
        let began = Instant::now();
        for n in 0..SHARED_CALLS {
            black_box(shared.take(Policy::Messages, sender(n)).await);
        }
        println!("one message, in Redis:     {:?} (a round trip each)", each(began, SHARED_CALLS));
        Ok(())
    })
}
