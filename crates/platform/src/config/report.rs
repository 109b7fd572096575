//! Reads single values and remembers every fault instead of stopping at the first.

use std::{collections::HashMap, fmt, fs, str::FromStr};

/// One value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// Name of the environment variable.
    pub name: String,
    /// What it must look like.
    pub message: String,
}

/// Every fault of one start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<ConfigFault>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} setting(s) cannot be used:", self.0.len())?;
        for fault in &self.0 {
            writeln!(f, "  {}: {}", fault.name, fault.message)?;
        }
        Ok(())
    }
}
impl std::error::Error for ConfigFaults {}

pub(super) struct Reader {
    values: HashMap<String, String>,
    faults: Vec<ConfigFault>,
    may_make: bool,
}

impl Reader {
    pub fn new(values: HashMap<String, String>) -> Self {
        Self { values, faults: Vec::new(), may_make: true }
    }

    /// One that leaves nothing behind.
    pub fn only_looking(values: HashMap<String, String>) -> Self {
        Self { may_make: false, ..Self::new(values) }
    }

    /// Whether what is missing may be made.
    pub fn may_make(&self) -> bool {
        self.may_make
    }

    /// The value, or the content of the file that `NAME_FILE` names; empty counts as absent.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        if let Some(path) = self.values.get(&format!("{name}_FILE")).cloned() {
            match fs::read_to_string(&path) {
                Ok(text) => return Some(text.trim_end().to_owned()),
                Err(e) => self.fault(&format!("{name}_FILE"), format!("{path} cannot be read: {e}")),
            }
        }
        self.values.get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
    }

    pub fn text(&mut self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    pub fn number<T: FromStr + fmt::Display>(&mut self, name: &str, default: T) -> T {
        match self.optional(name).map(|v| v.parse::<T>()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.refuse(name, &format!("must be a whole number in its range, for example {default}"), default)
            }
        }
    }

    pub fn parsed<T: FromStr>(&mut self, name: &str, default: &str, shape: &str) -> T
    where
        T::Err: fmt::Debug,
    {
        let text = self.text(name, default);
        match text.parse() {
            Ok(value) => value,
            Err(_) => {
                self.fault(name, format!("must be {shape}"));
                default.parse().expect("defaults are well-formed")
            }
        }
    }

    pub fn list(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name, "");
        text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
    }

    pub fn parsed_list<T: FromStr>(&mut self, name: &str, shape: &str) -> Vec<T> {
        let read: Result<Vec<T>, _> = self.list(name).iter().map(|t| t.parse()).collect();
        match read {
            Ok(values) => values,
            Err(_) => self.refuse(name, &format!("must be {shape}"), Vec::new()),
        }
    }

    pub fn switch(&mut self, name: &str, default: bool) -> bool {
        match self.optional(name).map(|v| v.to_lowercase()).as_deref() {
            None => default,
            Some("1" | "on" | "true" | "yes") => true,
            Some("0" | "off" | "false" | "no") => false,
            Some(_) => self.refuse(name, "must be on or off", default),
        }
    }

    pub fn check(&mut self, name: &str, ok: bool, message: &str) {
        if !ok {
            self.fault(name, message.to_owned());
        }
    }

    pub fn refuse<T>(&mut self, name: &str, message: &str, fallback: T) -> T {
        self.fault(name, message.to_owned());
        fallback
    }

    pub fn fault(&mut self, name: &str, message: String) {
        self.note(ConfigFault { name: name.to_owned(), message });
    }

    /// The same fault found again is told once.
    pub fn note(&mut self, fault: ConfigFault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub fn finish<T>(self, value: T) -> Result<T, ConfigFaults> {
        if self.faults.is_empty() { Ok(value) } else { Err(ConfigFaults(self.faults)) }
    }
}
