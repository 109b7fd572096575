//! Two hundred people who could live in Nairobi. Their addresses end in names that RFC 2606 keeps from ever being real, and
//! their numbers are of a real shape in blocks of zeros, so that a demo connected to real gateways reaches nobody by chance.

use std::collections::HashSet;

use people::customers::NewGuest;

use super::dice::Dice;

/// How many customers the salon has.
pub const CUSTOMERS: usize = 200;

/// The customers who have a password, first in the list.
pub(super) const REGISTERED: [(&str, &str); 3] = [
    ("Wanjiku Kamau", "wanjiku@demo.test"),
    ("Otieno Omondi", "otieno@demo.test"),
    ("Zainab Hassan", "zainab@demo.test"),
];

const FIRST: [&str; 72] = [
    "Wanjiku",
    "Achieng",
    "Nyambura",
    "Mercy",
    "Wairimu",
    "Atieno",
    "Faith",
    "Halima",
    "Njoki",
    "Chebet",
    "Mumbi",
    "Esther",
    "Kemunto",
    "Nafula",
    "Amina",
    "Wangari",
    "Cynthia",
    "Jepchirchir",
    "Mwende",
    "Sharon",
    "Anyango",
    "Ruth",
    "Naliaka",
    "Zawadi",
    "Purity",
    "Fatuma",
    "Wambui",
    "Lilian",
    "Moraa",
    "Syombua",
    "Joy",
    "Adhiambo",
    "Beatrice",
    "Nasimiyu",
    "Jerop",
    "Winnie",
    "Khadija",
    "Gathoni",
    "Priya",
    "Vivian",
    "Kerubo",
    "Muthoni",
    "Salome",
    "Akoth",
    "Nduku",
    "Irene",
    "Makena",
    "Tabitha",
    "Asha",
    "Caroline",
    "Brian",
    "Otieno",
    "Kamau",
    "Kiprono",
    "Mwangi",
    "Dennis",
    "Mutiso",
    "Hassan",
    "Wekesa",
    "Victor",
    "Odhiambo",
    "Karanja",
    "Samuel",
    "Kipkoech",
    "Rajiv",
    "Juma",
    "Njoroge",
    "Collins",
    "Barasa",
    "Musa",
    "Ian",
    "Peter",
];
const LAST: [&str; 60] = [
    "Kamau", "Odhiambo", "Mwangi", "Wanjala", "Mutua", "Chebet", "Njoroge", "Achieng", "Kariuki", "Otieno", "Hassan",
    "Kiplagat", "Maina", "Barasa", "Musyoka", "Omondi", "Gitau", "Cherono", "Wafula", "Ndungu", "Abdi", "Nyaboke",
    "Kimani", "Okoth", "Ngugi", "Rotich", "Mwikali", "Simiyu", "Wanyama", "Githinji", "Juma", "Koech", "Muriithi",
    "Ochieng", "Patel", "Kilonzo", "Macharia", "Oduor", "Too", "Waweru", "Nyongesa", "Mbugua", "Ali", "Makori",
    "Onyango", "Kinyua", "Langat", "Wairimu", "Shah", "Muli", "Njuguna", "Were", "Bosire", "Kibet", "Mugo", "Salim",
    "Thuo", "Ouma", "Gachanja", "Mwende",
];
const DOMAINS: [&str; 5] = ["example.com", "example.org", "example.net", "post.example", "mail.example"];
/// Mobile prefixes of the three operators.
const PREFIXES: [&str; 12] = ["701", "712", "722", "726", "733", "745", "757", "768", "791", "799", "110", "114"];

/// Names, addresses and numbers; those with a password come first.
pub(super) fn invent(dice: &mut Dice) -> Vec<NewGuest> {
    let mut names: HashSet<String> = REGISTERED.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut phones = HashSet::new();
    let mut contacts: Vec<NewGuest> = Vec::with_capacity(CUSTOMERS);
    for (name, email) in REGISTERED {
        let phone = Some(new_phone(dice, &mut phones));
        contacts.push(NewGuest { name: name.to_owned(), email: Some(email.to_owned()), phone });
    }
    while contacts.len() < CUSTOMERS {
        let (first, last) = (*dice.pick(&FIRST), *dice.pick(&LAST));
        let name = format!("{first} {last}");
        if first == last || !names.insert(name.clone()) {
            continue;
        }
        // Some leave only a number, few only an address.
        let (has_email, has_phone) = match dice.below(100) {
            0..18 => (false, true),
            18..24 => (true, false),
            _ => (true, true),
        };
        let email = has_email.then(|| new_email(dice, first, last));
        let phone = has_phone.then(|| new_phone(dice, &mut phones));
        contacts.push(NewGuest { name, email, phone });
    }
    contacts
}

/// The pair of names is unique, and every form keeps both whole.
fn new_email(dice: &mut Dice, first: &str, last: &str) -> String {
    let local = match dice.below(4) {
        0 => format!("{first}.{last}"),
        1 => format!("{first}{last}"),
        2 => format!("{first}_{last}"),
        _ => format!("{first}.{last}{}", dice.between(80, 99)),
    };
    format!("{}@{}", local.to_lowercase(), dice.pick(&DOMAINS))
}

fn new_phone(dice: &mut Dice, taken: &mut HashSet<String>) -> String {
    loop {
        let phone = format!("+254{}000{:03}", dice.pick(&PREFIXES), dice.between(1, 999));
        if taken.insert(phone.clone()) {
            return phone;
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::text;

    use super::*;

    #[test]
    fn everybody_has_a_name_of_their_own_and_a_usable_contact() {
        let contacts = invent(&mut Dice::new(7));
        let names: HashSet<_> = contacts.iter().map(|c| &c.name).collect();
        let emails: Vec<_> = contacts.iter().filter_map(|c| c.email.as_deref()).collect();
        assert_eq!((names.len(), contacts.len()), (CUSTOMERS, CUSTOMERS));
        assert_eq!(emails.iter().collect::<HashSet<_>>().len(), emails.len());
        for contact in &contacts {
            assert!(contact.email.is_some() || contact.phone.is_some(), "{}", contact.name);
            if let Some(email) = &contact.email {
                assert_eq!(text::parse_email(email).as_deref(), Ok(email.as_str()));
                assert!(["test", "example"].iter().any(|part| email.contains(part)), "{email}");
            }
            if let Some(phone) = &contact.phone {
                assert_eq!(text::parse_phone(phone, "KE").as_deref(), Ok(phone.as_str()), "{phone}");
            }
        }
    }
}
