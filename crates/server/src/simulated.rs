//! With `SIMULATORS=on`, whatever is not configured is answered by the built-in stand-ins on loopback ports of their own.

use std::sync::Arc;

use kernel::World;
use platform::{
    Fault, Result,
    config::{Config, SmtpSettings, SmtpTls},
};
use simulators::{Simulators, SimulatorsConfig};

/// Who mail comes from when nobody said.
const SENDER: &str = "Frontdesk <noreply@frontdesk.localhost>";

/// Starts the stand-ins when the settings ask for them, and points the settings to those that are needed.
pub async fn start(config: &mut Config, world: &World) -> Result<Option<Simulators>> {
    if !config.simulators {
        return Ok(None);
    }
    let world = world.clone();
    let simulators = Simulators::start(SimulatorsConfig::new(Arc::new(move || world.now().millis())))
        .await
        .map_err(|e| Fault::internal("starting the simulators", e))?;
    if config.smtp.is_none() {
        config.smtp = Some(smtp(&simulators));
    }
    Ok(Some(simulators))
}

fn smtp(simulators: &Simulators) -> SmtpSettings {
    let address = simulators.smtp_addr();
    SmtpSettings {
        host: address.ip().to_string(),
        port: address.port(),
        user: None,
        pass: None,
        from: SENDER.to_owned(),
        tls: SmtpTls::None,
    }
}
