//! Short dialogues from `dialogues.txt`, told with the names, services and times at hand. Each line has several ways to be
//! said and some are left out, so that two customers who ask the same thing do not read alike.

use platform::{Fault, Result};

use super::{dice::Dice, pictures::Picture};

const SCRIPT: &str = include_str!("dialogues.txt");

/// What an episode is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Anything.
    Ask,
    /// A visit that is to come.
    Before,
    /// A visit that was.
    After,
    /// Nothing that anybody wants to read.
    Spam,
}

/// One dialogue.
#[derive(Debug)]
pub(super) struct Episode {
    pub name: &'static str,
    pub when: When,
    /// Whether a picture is sent in it.
    pub has_picture: bool,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    by_customer: bool,
    /// Left out half of the time.
    is_optional: bool,
    /// Told only when the line before was.
    follows: bool,
    /// Said in the way that has the same place as in the line before.
    is_aligned: bool,
    ways: Vec<&'static str>,
}

/// A line as somebody said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub by_customer: bool,
    pub text: String,
    pub picture: Option<Picture>,
}

/// What stands for the words in braces.
pub(super) type Words = Vec<(&'static str, String)>;

/// Reads the script.
pub(super) fn read_script() -> Result<Vec<Episode>> {
    let mut episodes: Vec<Episode> = Vec::new();
    for (number, line) in SCRIPT.lines().enumerate() {
        let wrong = || Fault::internal("reading the dialogues of the demo", format!("line {}: {line}", number + 1));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_prefix("= ") {
            let (name, when) = head.split_once(' ').ok_or_else(wrong)?;
            let when = parse_when(when).ok_or_else(wrong)?;
            episodes.push(Episode { name, when, has_picture: false, lines: Vec::new() });
            continue;
        }
        let episode = episodes.last_mut().ok_or_else(wrong)?;
        episode.has_picture |= line.contains('[');
        episode.lines.push(parse_line(line).ok_or_else(wrong)?);
    }
    Ok(episodes)
}

fn parse_when(word: &str) -> Option<When> {
    match word {
        "ask" => Some(When::Ask),
        "before" => Some(When::Before),
        "after" => Some(When::After),
        "spam" => Some(When::Spam),
        _ => None,
    }
}

fn parse_line(line: &'static str) -> Option<Line> {
    let (who, ways) = line.split_once(' ')?;
    let by_customer = match who.as_bytes().first()? {
        b'c' => true,
        b'b' => false,
        _ => return None,
    };
    let marks = who.get(1..)?;
    let [is_optional, follows, is_aligned] = ['?', '+', '='].map(|mark| marks.contains(mark));
    let ways = ways.split('|').map(str::trim).collect();
    Some(Line { by_customer, is_optional, follows, is_aligned, ways })
}

impl Episode {
    /// The dialogue with these words, one way of many.
    pub fn tell(&self, words: &Words, dice: &mut Dice) -> Vec<Said> {
        let mut said = Vec::with_capacity(self.lines.len());
        let (mut was_told, mut place) = (true, 0);
        for line in &self.lines {
            was_told = if line.follows { was_told } else { !(line.is_optional && dice.percent(50)) };
            if !was_told {
                continue;
            }
            place = if line.is_aligned { place } else { dice.below(line.ways.len()) };
            // An aligned line has as many ways as the one before; a test holds the script to it.
            let (way, picture) = split_picture(line.ways[place % line.ways.len()]);
            said.push(Said { by_customer: line.by_customer, text: fill(way, words), picture });
        }
        said
    }
}

/// A line may end with a picture in square brackets.
fn split_picture(way: &str) -> (&str, Option<Picture>) {
    let end = way.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match end.and_then(|(text, word)| Some((text.trim_end(), Picture::parse(word)?))) {
        Some((text, picture)) => (text, Some(picture)),
        None => (way, None),
    }
}

/// Puts the words into their places; a sentence that begins with one begins with a capital.
fn fill(way: &str, words: &Words) -> String {
    let mut text = String::with_capacity(way.len() + 32);
    let mut rest = way;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let word = words.iter().find(|(known, _)| *known == name).map_or("", |(_, word)| word.as_str());
        if text.is_empty() || text.ends_with(". ") || text.ends_with("! ") || text.ends_with("? ") {
            let mut chars = word.chars();
            text.extend(chars.next().into_iter().flat_map(char::to_uppercase));
            text.push_str(chars.as_str());
        } else {
            text.push_str(word);
        }
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::text::check_message;

    use super::*;
    use crate::demo::words::NAMES;

    #[test]
    fn the_script_is_well_formed() {
        let episodes = read_script().unwrap();
        let words: Words = NAMES.iter().map(|name| (*name, format!("<{name}>"))).collect();
        let names: HashSet<_> = episodes.iter().map(|episode| episode.name).collect();
        assert_eq!(names.len(), episodes.len(), "two episodes have one name");
        for episode in &episodes {
            assert!(episode.lines.len() >= 5, "{} is too short", episode.name);
            for pair in episode.lines.windows(2).filter(|pair| pair[1].is_aligned) {
                assert_eq!(pair[0].ways.len(), pair[1].ways.len(), "{}: {:?}", episode.name, pair[1].ways);
                assert!(pair[1].follows || !pair[0].is_optional && !pair[0].follows, "{}: {:?}", episode.name, pair[1]);
            }
            for line in &episode.lines {
                for way in &line.ways {
                    let (text, picture) = split_picture(way);
                    let told = fill(text, &words);
                    assert!(check_message(&told, false).is_ok(), "{}: {way:?}", episode.name);
                    assert!(!told.contains(['{', '}', '[', ']']), "{}: {way:?}", episode.name);
                    assert_eq!(told.matches('<').count(), way.matches('{').count(), "{}: {way:?}", episode.name);
                    assert!(picture.is_none() || episode.has_picture);
                }
            }
        }
        let of = |when| episodes.iter().filter(|e| e.when == when && !e.has_picture).count();
        assert!(of(When::Ask) >= 10 && of(When::Before) >= 6 && of(When::After) >= 6 && of(When::Spam) == 1);
    }

    #[test]
    fn a_dialogue_is_hardly_told_twice_in_the_same_way() {
        let episodes = read_script().unwrap();
        let mut dice = Dice::new(1);
        let told: Vec<_> = (0..30).map(|_| episodes[0].tell(&Words::new(), &mut dice)).collect();
        let different = told.iter().enumerate().filter(|(i, one)| !told[..*i].contains(one)).count();
        assert!(different >= 29, "{different}");
    }

    #[test]
    fn words_at_the_beginning_of_a_sentence_get_a_capital() {
        let words: Words = vec![("day", "tomorrow".to_owned())];
        assert_eq!(fill("{day} at 9. {day}, yes, {day}?", &words), "Tomorrow at 9. Tomorrow, yes, tomorrow?");
        assert_eq!(split_picture("See this [nails]"), ("See this", Some(Picture::Nails)));
    }
}
