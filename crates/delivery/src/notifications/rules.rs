//! What a business decides about notices, and its bounds.

use std::time::Duration;

use kernel::{Problem, problem::Fields};
use serde::{Deserialize, Serialize};

/// Longest wait until somebody who is away is told of a message.
pub const REACH_BACK_MINUTES_MAX: u32 = 24 * 60;
/// Longest pause until somebody who never reads is told again.
pub const REACH_BACK_AGAIN_HOURS_MAX: u32 = 7 * 24;
/// A day: whoever missed one notice sees at most one more each day.
pub const REACH_BACK_AGAIN_HOURS: u32 = 24;
/// Earliest reminder of an appointment.
pub const REMINDER_HOURS_MAX: u32 = 14 * 24;

/// Telling those who are away of messages they have not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReachBack {
    /// Whether it is done.
    pub enabled: bool,
    /// How long a message waits to be read: 1 to 1440.
    pub after_minutes: u32,
    /// How long after one notice a further message is told to somebody who has still not read: 1 to 168.
    #[serde(default = "usual_pause")]
    pub again_after_hours: u32,
}

/// What was stored before there was a pause has the usual one.
const fn usual_pause() -> u32 {
    REACH_BACK_AGAIN_HOURS
}

/// The same as it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeReachBack)]
pub(super) struct ReachBackPatch {
    /// Whether it is done.
    pub enabled: bool,
    /// How long a message waits to be read: 1 to 1440.
    pub after_minutes: u32,
    /// How long after one notice a further message is told to somebody who has still not read: 1 to 168. Absent, it stays.
    pub again_after_hours: Option<u32>,
}

/// Reminding customers of their appointments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AppointmentReminder {
    /// Whether it is done.
    pub enabled: bool,
    /// How long before it begins: 1 to 336.
    pub hours_before: u32,
}

/// All of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSettings {
    /// Telling those who are away of messages they have not read.
    pub reach_back: ReachBack,
    /// Reminding customers of their appointments.
    pub appointment_reminder: AppointmentReminder,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            reach_back: ReachBack { enabled: true, after_minutes: 5, again_after_hours: usual_pause() },
            appointment_reminder: AppointmentReminder { enabled: true, hours_before: 24 },
        }
    }
}

impl NotificationSettings {
    /// How long a message waits to be read; `None` when nobody is told.
    pub fn reach_back_after(&self) -> Option<Duration> {
        let minutes = u64::from(self.reach_back.after_minutes);
        self.reach_back.enabled.then(|| Duration::from_secs(minutes * 60))
    }

    /// How long after a notice a further message is told to who has still not read.
    pub fn reach_back_again_after(&self) -> Duration {
        Duration::from_secs(u64::from(self.reach_back.again_after_hours) * 3600)
    }

    /// How long before an appointment its customer is reminded; `None` when nobody is.
    pub fn reminder_before(&self) -> Option<Duration> {
        let hours = u64::from(self.appointment_reminder.hours_before);
        self.appointment_reminder.enabled.then(|| Duration::from_secs(hours * 3600))
    }
}

/// What to change; what is absent stays.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeNotificationSettings)]
pub(super) struct SettingsPatch {
    pub reach_back: Option<ReachBackPatch>,
    pub appointment_reminder: Option<AppointmentReminder>,
}

/// The settings after a change, or every field that cannot be.
pub(super) fn decide_settings(
    before: NotificationSettings,
    patch: SettingsPatch,
) -> Result<NotificationSettings, Problem> {
    let next = NotificationSettings {
        reach_back: patch.reach_back.map_or(before.reach_back, |patch| ReachBack {
            enabled: patch.enabled,
            after_minutes: patch.after_minutes,
            again_after_hours: patch.again_after_hours.unwrap_or(before.reach_back.again_after_hours),
        }),
        appointment_reminder: patch.appointment_reminder.unwrap_or(before.appointment_reminder),
    };
    let mut refused = Fields::new();
    if !(1..=REACH_BACK_MINUTES_MAX).contains(&next.reach_back.after_minutes) {
        let words = format!("must be 1 to {REACH_BACK_MINUTES_MAX}");
        refused.refuse("reachBack.afterMinutes", "OUT_OF_RANGE", words);
    }
    if !(1..=REACH_BACK_AGAIN_HOURS_MAX).contains(&next.reach_back.again_after_hours) {
        let words = format!("must be 1 to {REACH_BACK_AGAIN_HOURS_MAX}");
        refused.refuse("reachBack.againAfterHours", "OUT_OF_RANGE", words);
    }
    if !(1..=REMINDER_HOURS_MAX).contains(&next.appointment_reminder.hours_before) {
        let words = format!("must be 1 to {REMINDER_HOURS_MAX}");
        refused.refuse("appointmentReminder.hoursBefore", "OUT_OF_RANGE", words);
    }
    refused.check()?;
    Ok(next)
}
