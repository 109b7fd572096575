//! `frontdesk openapi`: the document of this build. The house is put together on a database in memory's place, a folder that
//! is gone afterwards, so that no setting and no data of the machine plays a part.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use platform::{config::Config, crypto::PasswordParams};

use super::{Failure, choose_cryptography, real_world, runtime};
use crate::{
    compose::{self, compose},
    phase::Phase,
};

pub(super) fn openapi(sockets: bool) -> Result<(), Failure> {
    choose_cryptography();
    let folder = std::env::temp_dir().join(format!("frontdesk-openapi-{}", real_world().uuid().simple()));
    let values = HashMap::from([("DATA_DIR".to_owned(), folder.display().to_string())]);
    let config = Config::from_map(values)?;
    let written = runtime(&config)?.block_on(write(config, sockets));
    std::fs::remove_dir_all(&folder)?;
    written
}

async fn write(config: Config, sockets: bool) -> Result<(), Failure> {
    let platform = compose::open_platform(config, real_world(), PasswordParams::default()).await?;
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle();
    let house = compose(platform, metrics, Phase::new());
    let text = if sockets { house.described.asyncapi_json()? } else { house.described.openapi_json()? };
    house.platform.db().close().await?;
    let mut out = io::stdout().lock();
    out.write_all(&text)?;
    writeln!(out)?;
    Ok(())
}
