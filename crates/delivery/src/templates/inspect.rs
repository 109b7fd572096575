//! What a text may be made of, decided on its parsed form when it is saved: raw text, values with filters, `if` and `for`.
//! Every name is looked up among those that its type has, so that a slip of the pen is told at once and not in a customer's
//! mailbox. What could grow without bound (`set`, `~`, `*`, macros), reach elsewhere (`include`) or switch the escaping off
//! (`autoescape`) is no part of the language.

use std::collections::HashSet;

use minijinja::{
    machinery::ast::{BinOpKind, CallArg, Expr, Stmt},
    machinery::parse,
    syntax::SyntaxConfig,
};

use super::{
    filters,
    values::{BUSINESS, CUSTOMER, EVENT, shares_customer},
};
use crate::catalogue::{EventType, FieldKind};

/// Refused parts that are told about; more would not help.
const FOUND_MAX: usize = 20;

/// Something that a text must not have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Found {
    /// It cannot be read.
    Syntax(String),
    /// A name that its type does not have.
    UnknownVariable(String),
    /// A filter that there is not.
    UnknownFilter(String),
    /// Something that is no part of the language here.
    NotAllowed(&'static str),
    /// A value where escaping does not help; see `places.rs`.
    UnsafePlace(String),
}

impl Found {
    /// The code of the field, and what to do about it.
    pub(super) fn tell(&self) -> (&'static str, String) {
        match self {
            Self::Syntax(words) => ("TEMPLATE_SYNTAX", words.clone()),
            Self::UnknownVariable(name) => ("UNKNOWN_VARIABLE", format!("{name} is nothing that this event has")),
            Self::UnknownFilter(name) => {
                ("UNKNOWN_FILTER", format!("there is no filter {name}; there are {}", filters::NAMES.join(", ")))
            }
            Self::UnsafePlace(words) => ("UNSAFE_PLACE", words.clone()),
            Self::NotAllowed(what) => ("TEMPLATE_SYNTAX", format!("{what} cannot be used in a text")),
        }
    }
}

/// Everything in the text that is refused; empty when it may be saved.
pub(super) fn inspect(text: &str, kind: &EventType) -> Vec<Found> {
    let parsed = match parse(text, "text", SyntaxConfig::default()) {
        Ok(parsed) => parsed,
        Err(error) => {
            let words = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            let line = error.line().map_or_else(String::new, |line| format!(" (line {line})"));
            return vec![Found::Syntax(format!("{words}{line}"))];
        }
    };
    let mut inspection = Inspection { kind, loops: Vec::new(), found: Vec::new(), seen: HashSet::new() };
    inspection.statement(&parsed);
    inspection.found
}

struct Inspection<'a> {
    kind: &'a EventType,
    /// Names that loops around here give.
    loops: Vec<&'a str>,
    found: Vec<Found>,
    seen: HashSet<Found>,
}

impl<'a> Inspection<'a> {
    fn refuse(&mut self, found: Found) {
        if self.found.len() < FOUND_MAX && self.seen.insert(found.clone()) {
            self.found.push(found);
        }
    }

    fn statements(&mut self, statements: &[Stmt<'a>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt<'a>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(_) => {}
            Stmt::EmitExpr(emitted) => self.value(&emitted.expr),
            Stmt::IfCond(condition) => {
                self.value(&condition.expr);
                self.statements(&condition.true_body);
                self.statements(&condition.false_body);
            }
            Stmt::ForLoop(each) => {
                self.value(&each.iter);
                if each.recursive {
                    self.refuse(Found::NotAllowed("a recursive loop"));
                }
                let outer = self.loops.len();
                self.targets(&each.target);
                self.loops.push("loop");
                if let Some(filter) = &each.filter_expr {
                    self.value(filter);
                }
                self.statements(&each.body);
                self.loops.truncate(outer);
                self.statements(&each.else_body);
            }
            Stmt::AutoEscape(_) => self.refuse(Found::NotAllowed("autoescape")),
            Stmt::Set(_) | Stmt::SetBlock(_) => self.refuse(Found::NotAllowed("set")),
            Stmt::WithBlock(_) => self.refuse(Found::NotAllowed("with")),
            Stmt::FilterBlock(_) => self.refuse(Found::NotAllowed("a filter block")),
            _ => self.refuse(Found::NotAllowed("a block of this kind")),
        }
    }

    /// The names that a loop gives; none of them may hide what is there.
    fn targets(&mut self, target: &Expr<'a>) {
        match target {
            Expr::Var(name) if self.is_known_root(name.id) => {
                self.refuse(Found::NotAllowed("a loop name that the event has already"));
            }
            Expr::Var(name) => self.loops.push(name.id),
            Expr::Tuple(names) => names.items.iter().for_each(|name| self.targets(name)),
            Expr::List(names) => names.items.iter().for_each(|name| self.targets(name)),
            _ => self.refuse(Found::NotAllowed("a loop of this kind")),
        }
    }

    fn value(&mut self, expr: &Expr<'a>) {
        match expr {
            Expr::Const(_) => {}
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => self.path(expr),
            Expr::UnaryOp(op) => self.value(&op.expr),
            Expr::BinOp(op) => {
                if !compares(op.op) {
                    self.refuse(Found::NotAllowed("arithmetic"));
                }
                self.value(&op.left);
                self.value(&op.right);
            }
            Expr::Compare(compared) => {
                self.value(&compared.expr);
                compared.ops.iter().for_each(|op| self.value(&op.expr));
            }
            Expr::IfExpr(choice) => {
                self.value(&choice.test_expr);
                self.value(&choice.true_expr);
                if let Some(other) = &choice.false_expr {
                    self.value(other);
                }
            }
            Expr::Filter(filter) => {
                if !filters::NAMES.contains(&filter.name) {
                    self.refuse(Found::UnknownFilter(filter.name.to_owned()));
                }
                if let Some(expr) = &filter.expr {
                    self.value(expr);
                }
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                if !filters::TESTS.contains(&test.name) {
                    self.refuse(Found::NotAllowed("a test other than defined and undefined"));
                }
                self.value(&test.expr);
                self.arguments(&test.args);
            }
            Expr::List(list) => list.items.iter().for_each(|item| self.value(item)),
            Expr::Tuple(list) => list.items.iter().for_each(|item| self.value(item)),
            Expr::Call(_) => self.refuse(Found::NotAllowed("a function")),
            Expr::Slice(_) => self.refuse(Found::NotAllowed("a slice")),
            Expr::Map(_) => self.refuse(Found::NotAllowed("a map")),
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'a>]) {
        for argument in arguments {
            match argument {
                CallArg::Pos(expr) | CallArg::Kwarg(_, expr) => self.value(expr),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => {
                    self.refuse(Found::NotAllowed("a spread argument"));
                }
            }
        }
    }

    /// A name, or a name of something inside another.
    fn path(&mut self, expr: &Expr<'a>) {
        let mut steps = Vec::new();
        if let Some(root) = self.steps(expr, &mut steps)
            && !self.loops.contains(&root)
            && !self.is_known(root, &steps)
        {
            let inner: String = steps.iter().map(|step| format!(".{step}")).collect();
            self.refuse(Found::UnknownVariable(format!("{root}{inner}")));
        }
    }

    /// The root of a path and the steps from there; `None` when it begins with something else, which is looked at.
    fn steps<'e>(&mut self, expr: &'e Expr<'a>, into: &mut Vec<&'e str>) -> Option<&'a str> {
        match expr {
            Expr::Var(name) => Some(name.id),
            Expr::GetAttr(inner) => {
                let root = self.steps(&inner.expr, into);
                into.push(inner.name);
                root
            }
            Expr::GetItem(inner) => {
                self.value(&inner.subscript_expr);
                let root = self.steps(&inner.expr, into);
                into.push("[]");
                root
            }
            other => {
                self.value(other);
                None
            }
        }
    }

    fn is_known_root(&self, root: &str) -> bool {
        let field = |name: &str| name.split('.').next() == Some(root);
        matches!(root, "business" | "event" | "customer") || self.kind.fields.iter().any(|f| field(&f.name))
    }

    fn is_known(&self, root: &str, steps: &[&str]) -> bool {
        let shared = |names: &[&str]| matches!(steps, [one] if names.contains(one));
        match root {
            "business" => return shared(BUSINESS),
            "event" => return shared(EVENT),
            "customer" if shares_customer(self.kind) => return shared(CUSTOMER),
            _ => {}
        }
        let mut path = root.to_owned();
        let mut left = steps.iter();
        loop {
            if let Some(field) = self.kind.field(&path) {
                let is_open = matches!(field.kind, FieldKind::Object | FieldKind::List | FieldKind::Price);
                return is_open || left.len() == 0;
            }
            match left.next() {
                Some(step) => path = format!("{path}.{step}"),
                None => return false,
            }
        }
    }
}

const fn compares(op: BinOpKind) -> bool {
    match op {
        BinOpKind::Eq
        | BinOpKind::Ne
        | BinOpKind::Lt
        | BinOpKind::Lte
        | BinOpKind::Gt
        | BinOpKind::Gte
        | BinOpKind::ScAnd
        | BinOpKind::ScOr
        | BinOpKind::In => true,
        BinOpKind::Add
        | BinOpKind::Sub
        | BinOpKind::Mul
        | BinOpKind::Div
        | BinOpKind::FloorDiv
        | BinOpKind::Rem
        | BinOpKind::Pow
        | BinOpKind::Concat => false,
    }
}

#[cfg(test)]
#[path = "inspect_tests.rs"]
mod tests;
