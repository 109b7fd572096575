//! Every letter: what it is about, what it may name, and our own words for it. The words are in the language in which
//! businesses write theirs.

use serde_json::Value as Json;

/// A kind of letter.
#[derive(Debug)]
pub struct LetterKind {
    /// Dotted, as the types of events are.
    pub name: &'static str,
    /// For people: `Set a new password`.
    pub title: &'static str,
    /// When it is sent.
    pub description: &'static str,
    /// What it may name, beside the business and whom it is for.
    pub fields: &'static [Field],
    /// Our own subject.
    pub subject: &'static str,
    /// Our own text.
    pub text: &'static str,
    /// The same as HTML, without the page around it.
    pub html: &'static str,
}

/// Something that a letter may name.
#[derive(Debug)]
pub struct Field {
    /// As it is written: `{{ url }}`.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// A good value; lines of a list are parted by `\n`.
    pub example: &'static str,
    /// Whether it is a list.
    pub is_list: bool,
    /// Whether it is an address that can be followed.
    pub is_link: bool,
    /// Whether every letter of its kind has it.
    pub is_always: bool,
    /// Whether a letter without it would be worth nothing.
    pub is_needed: bool,
}

/// A part of a letter that lacks what it needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing {
    /// `text` or `html`.
    pub part: &'static str,
    /// The name of what is needed.
    pub field: &'static str,
}

impl LetterKind {
    /// What is needed and is not in the letter as it was written with these values.
    pub fn find_missing(&self, text: &str, html: Option<&str>, values: &Json) -> Vec<Missing> {
        let needed = self.fields.iter().filter(|field| field.is_needed);
        needed
            .flat_map(|field| {
                let value = values[field.name].as_str().unwrap_or_default();
                let escaped = minijinja::HtmlEscape(value).to_string();
                let in_html = html.is_none_or(|html| html.contains(value) || html.contains(&escaped));
                let parts = [("text", text.contains(value)), ("html", in_html)];
                parts.into_iter().filter(|(_, is_there)| !is_there).map(|(part, _)| Missing { part, field: field.name })
            })
            .collect()
    }
}

const fn always(name: &'static str, description: &'static str, example: &'static str) -> Field {
    Field { name, description, example, is_list: false, is_link: false, is_always: true, is_needed: false }
}

const fn needed(name: &'static str, description: &'static str, example: &'static str) -> Field {
    Field { is_needed: true, ..always(name, description, example) }
}

const fn link(field: Field) -> Field {
    Field { is_link: true, ..field }
}

const fn perhaps(name: &'static str, description: &'static str, example: &'static str) -> Field {
    Field { is_always: false, ..always(name, description, example) }
}

const fn list(name: &'static str, description: &'static str, example: &'static str) -> Field {
    Field { is_list: true, ..perhaps(name, description, example) }
}

/// Empty as long as nobody proved that the address is theirs: whoever typed it first may have given any name.
const NAME: Field = perhaps("name", "Whom it is for, once they have proven their address.", "Wanjiru Kamau");
const HOURS: Field = always("hours", "How many hours the link works.", "1");
const DEVICE: Field = always("device", "The device, as people call it.", "Chrome on Windows");
const IP: Field = perhaps("ip", "The network address that it came from.", "192.0.2.7");
const AT: Field =
    always("at", "When, by the clock of who reads it, or of the business.", "20 November 2026, 09:00 (Africa/Nairobi)");
const SECURITY: Field =
    link(always("security", "Their security settings.", "https://desk.example.com/client/security?business=salon"));
const WAY_BACK: Field = link(needed(
    "url",
    "Where a new password is asked for, should it not have been them.",
    "https://desk.example.com/client/forgot-password?business=salon",
));

pub(crate) static PASSWORD_RESET: LetterKind = LetterKind {
    name: "account.password_reset",
    title: "Set a new password",
    description: "Somebody has forgotten their password.",
    fields: &[
        NAME,
        link(needed(
            "url",
            "The link, which works once.",
            "https://desk.example.com/client/reset-password?business=salon&token=Zq3",
        )),
        needed("code", "The code to type instead.", "493027"),
        HOURS,
        always("minutes", "How many minutes the code works.", "15"),
    ],
    subject: "Set a new password for {{ business.name }}",
    text: include_str!("texts/reset.txt"),
    html: include_str!("texts/reset.html"),
};

pub(crate) static VERIFICATION: LetterKind = LetterKind {
    name: "account.verification",
    title: "Confirm your e-mail address",
    description: "Somebody has signed up, or asked for another link.",
    fields: &[
        NAME,
        link(needed(
            "url",
            "The link, which works once.",
            "https://desk.example.com/client/verify-email?business=salon&token=Zq3",
        )),
        HOURS,
    ],
    subject: "Confirm your e-mail address for {{ business.name }}",
    text: include_str!("texts/verification.txt"),
    html: include_str!("texts/verification.html"),
};

pub(crate) static PASSWORD_CHANGED: LetterKind = LetterKind {
    name: "account.password_changed",
    title: "Password changed",
    description: "The password of an account was changed, or set anew by mail.",
    fields: &[
        NAME,
        WAY_BACK,
        DEVICE,
        IP,
        AT,
        SECURITY,
        list("removed", "Other ways in that a reset took away.", "Passkey: Phone"),
        list("remaining", "Other ways in that are left.", "Sign-in with Google"),
    ],
    subject: "Your password for {{ business.name }} was changed",
    text: include_str!("texts/password_changed.txt"),
    html: include_str!("texts/password_changed.html"),
};

pub(crate) static PASSKEY_ADDED: LetterKind = LetterKind {
    name: "account.passkey_added",
    title: "Passkey added",
    description: "A passkey was added to an account.",
    fields: &[NAME, WAY_BACK, DEVICE, IP, AT],
    subject: "A passkey was added to your account at {{ business.name }}",
    text: include_str!("texts/passkey_added.txt"),
    html: include_str!("texts/passkey_added.html"),
};

pub(crate) static SECOND_FACTOR: LetterKind = LetterKind {
    name: "account.second_factor",
    title: "Two-step sign-in changed",
    description: "Two-step sign-in of an account was turned on or off, or has fresh backup codes.",
    fields: &[
        NAME,
        always("news", "What became of it, before \u{201c}on 20 November\u{201d}.", "two-step sign-in was turned on"),
        WAY_BACK,
        DEVICE,
        IP,
        AT,
        SECURITY,
    ],
    subject: "Two-step sign-in of your account at {{ business.name }}",
    text: include_str!("texts/second_factor.txt"),
    html: include_str!("texts/second_factor.html"),
};

pub(crate) static NEW_DEVICE: LetterKind = LetterKind {
    name: "account.new_device",
    title: "New sign-in",
    description: "Somebody signed in on a device that was not used before.",
    fields: &[NAME, WAY_BACK, DEVICE, IP, AT],
    subject: "New sign-in to {{ business.name }}",
    text: include_str!("texts/new_device.txt"),
    html: include_str!("texts/new_device.html"),
};

pub(crate) static ADDRESS_CONFIRM: LetterKind = LetterKind {
    name: "account.address_confirm",
    title: "Confirm a new e-mail address",
    description: "Somebody wants to be reached at another address; sent to that one.",
    fields: &[
        NAME,
        link(needed(
            "url",
            "The link, which works once.",
            "https://desk.example.com/client/confirm-email?business=salon&token=Zq3",
        )),
        HOURS,
        DEVICE,
        IP,
    ],
    subject: "Confirm your new e-mail address for {{ business.name }}",
    text: include_str!("texts/address_confirm.txt"),
    html: include_str!("texts/address_confirm.html"),
};

pub(crate) static ADDRESS_CHANGED: LetterKind = LetterKind {
    name: "account.address_changed",
    title: "E-mail address changed",
    description: "An account has another e-mail address; sent to the one before, if it was confirmed.",
    fields: &[
        NAME,
        link(needed(
            "url",
            "Where the change is taken back.",
            "https://desk.example.com/client/restore-email?business=salon&token=Zq3",
        )),
        always("days", "How many days it can be taken back.", "7"),
        always("email", "The new address.", "wanjiru@new.example.com"),
        DEVICE,
        IP,
        AT,
    ],
    subject: "Your e-mail address for {{ business.name }} was changed",
    text: include_str!("texts/address_changed.txt"),
    html: include_str!("texts/address_changed.html"),
};

pub(crate) static SIGN_IN_LINK: LetterKind = LetterKind {
    name: "account.sign_in_link",
    title: "Sign-in link",
    description: "A customer asked for a link to sign in with, or came back as a guest.",
    fields: &[
        NAME,
        link(needed(
            "url",
            "The link, which works once.",
            "https://desk.example.com/client/sign-in?business=salon&token=Zq3",
        )),
        always("minutes", "How many minutes the link works.", "15"),
    ],
    subject: "Sign in to {{ business.name }}",
    text: include_str!("texts/sign_in_link.txt"),
    html: include_str!("texts/sign_in_link.html"),
};

pub(crate) static INVITATION: LetterKind = LetterKind {
    name: "account.invitation",
    title: "Invitation to the team",
    description: "Somebody is invited to the team.",
    fields: &[
        perhaps("name", "Whom it is for, as the inviter calls them.", "Wanjiru Kamau"),
        link(needed("url", "The link, which works once.", "https://desk.example.com/invitation?token=Zq3")),
        always("inviter", "Who invites them.", "Olive Owino"),
        always("role", "What they will be.", "manager"),
        always("days", "How many days the link works.", "7"),
    ],
    subject: "{{ inviter }} invites you to {{ business.name }}",
    text: include_str!("texts/invitation.txt"),
    html: include_str!("texts/invitation.html"),
};

/// Every one that is written in the name of a business.
pub static ALL: [&LetterKind; 10] = [
    &PASSWORD_RESET,
    &VERIFICATION,
    &ADDRESS_CONFIRM,
    &ADDRESS_CHANGED,
    &PASSWORD_CHANGED,
    &PASSKEY_ADDED,
    &SECOND_FACTOR,
    &NEW_DEVICE,
    &SIGN_IN_LINK,
    &INVITATION,
];
