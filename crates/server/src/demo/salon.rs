//! The salon itself: what it sells, who works there and when.

use kernel::Role;

/// What the salon is called; its label follows from it.
pub(super) const NAME: &str = "Demo Salon";
/// Where it is found: `/s/demo-salon`.
pub const SLUG: &str = "demo-salon";
pub(super) const ABOUT: &str = "Braids, colour, nails and a good cup of tea in Kilimani. We take our time, we start on \
    time, and children are welcome. Book here or write to us: somebody at the desk answers all day.";
pub(super) const ADDRESS: &str = "Jacaranda Court, Kilimani";
pub(super) const PHONE: &str = "+254 20 000 0417";
pub(super) const BRAND_COLOR: &str = "#98356f";
pub(super) const TIMEZONE: &str = "Africa/Nairobi";
pub(super) const CURRENCY: &str = "KES";
pub(super) const COUNTRY: &str = "KE";

/// What somebody of the team is good at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skill {
    Hair,
    Braids,
    Nails,
    Face,
    Barber,
}

/// Open on these days from one time to another.
type Hours = (&'static [u8], &'static str, &'static str);

/// Somebody of the team. Who has hours can be booked.
#[derive(Debug)]
pub(super) struct Colleague {
    pub name: &'static str,
    pub email: &'static str,
    pub role: Role,
    pub skills: &'static [Skill],
    pub hours: &'static [Hours],
}

/// The owner comes first, then the manager.
pub(super) const TEAM: [Colleague; 5] = [
    Colleague {
        name: "Njeri Mwangi",
        email: "owner@demo.test",
        role: Role::Owner,
        skills: &[Skill::Face],
        hours: &[(&[3, 5], "10:00", "15:00"), (&[6], "09:00", "13:00")],
    },
    Colleague { name: "Brian Ochieng", email: "manager@demo.test", role: Role::Manager, skills: &[], hours: &[] },
    Colleague {
        name: "Faith Wambui",
        email: "faith@demo.test",
        role: Role::Staff,
        skills: &[Skill::Braids, Skill::Hair],
        hours: &[(&[1, 2, 3, 4, 5, 6], "09:00", "18:00")],
    },
    Colleague {
        name: "Grace Akinyi",
        email: "grace@demo.test",
        role: Role::Staff,
        skills: &[Skill::Nails, Skill::Face],
        hours: &[(&[2, 3, 4, 5], "09:00", "13:00"), (&[1, 2, 3, 4, 5], "14:00", "19:00"), (&[6], "09:00", "17:00")],
    },
    Colleague {
        name: "Kevin Mutua",
        email: "kevin@demo.test",
        role: Role::Staff,
        skills: &[Skill::Barber, Skill::Hair],
        hours: &[(&[1, 2, 4, 5], "10:00", "19:00"), (&[3], "12:00", "19:00"), (&[6], "09:00", "18:00")],
    },
];

/// Something the salon sells.
#[derive(Debug)]
pub(super) struct Offer {
    pub name: &'static str,
    /// In the middle of a sentence.
    pub spoken: &'static str,
    pub category: &'static str,
    pub description: &'static str,
    pub minutes: u32,
    /// Whole shillings.
    pub price: i64,
    pub skill: Skill,
}

const fn offer(
    skill: Skill,
    category: &'static str,
    (name, spoken): (&'static str, &'static str),
    minutes: u32,
    price: i64,
    description: &'static str,
) -> Offer {
    Offer { name, spoken, category, description, minutes, price, skill }
}

/// By category, as the storefront shows them.
pub(super) const OFFERS: [Offer; 18] = [
    offer(
        Skill::Braids,
        "Braids",
        ("Knotless braids, medium", "knotless braids"),
        240,
        4_500,
        "Light, flat at the root and easy on the edges. Extensions in black and brown are included.",
    ),
    offer(Skill::Braids, "Braids", ("Box braids", "box braids"), 210, 3_500, "The classic, waist length or shorter."),
    offer(
        Skill::Braids,
        "Braids",
        ("Cornrows", "cornrows"),
        90,
        1_500,
        "Straight back or in a pattern of your choice.",
    ),
    offer(
        Skill::Braids,
        "Braids",
        ("Children's braids", "children's braids"),
        90,
        1_200,
        "For girls up to ten. We have cartoons, juice and patience.",
    ),
    offer(
        Skill::Hair,
        "Hair",
        ("Wash and blow-dry", "a wash and blow-dry"),
        60,
        1_200,
        "Two washes, conditioner, blow-dry and a finish.",
    ),
    offer(Skill::Hair, "Hair", ("Silk press", "a silk press"), 90, 2_500, "Straight and shiny without a relaxer."),
    offer(
        Skill::Hair,
        "Hair",
        ("Trim and treatment", "a trim and treatment"),
        60,
        1_800,
        "Ends cut, protein and moisture where it is needed.",
    ),
    offer(
        Skill::Hair,
        "Hair",
        ("Full colour", "colour"),
        150,
        4_800,
        "One colour all over, with a patch test the day before.",
    ),
    offer(Skill::Nails, "Nails", ("Classic manicure", "a manicure"), 45, 1_000, "Shape, cuticles, massage and polish."),
    offer(
        Skill::Nails,
        "Nails",
        ("Gel manicure", "gel nails"),
        60,
        1_800,
        "Stays for three weeks; removal is included.",
    ),
    offer(Skill::Nails, "Nails", ("Pedicure", "a pedicure"), 60, 1_500, "Foot bath, scrub, shape and polish."),
    offer(
        Skill::Nails,
        "Nails",
        ("Acrylic full set", "acrylics"),
        120,
        3_500,
        "Any length and shape, one accent nail free.",
    ),
    offer(
        Skill::Face,
        "Face",
        ("Brow shape and tint", "brows"),
        30,
        800,
        "Threaded or waxed, tinted to match your hair.",
    ),
    offer(
        Skill::Face,
        "Face",
        ("Deep-cleansing facial", "a facial"),
        60,
        3_000,
        "Steam, extraction and a mask for your skin.",
    ),
    offer(Skill::Face, "Face", ("Event make-up", "make-up"), 90, 4_000, "For graduations, dowries and photographs."),
    offer(
        Skill::Face,
        "Face",
        ("Bridal make-up with trial", "bridal make-up"),
        120,
        6_000,
        "The trial is a month before, the day itself at your place or here.",
    ),
    offer(
        Skill::Barber,
        "Barber",
        ("Haircut and beard", "a haircut and beard trim"),
        45,
        900,
        "Clippers or scissors, hot towel, beard lined up.",
    ),
    offer(Skill::Barber, "Barber", ("Locs retwist", "a retwist"), 120, 2_000, "Wash, retwist and a simple style."),
];
