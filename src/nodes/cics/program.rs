//! A program as the region runs it: its statements flattened into operations.

use std::sync::Arc;

use super::config::Statement;
use super::exec::{self, Command, Declarations, Release, SyntaxError};
use crate::catalogue::conditions::Condition;

/// A program that loads: every command parsed, every branch resolved.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) name: String,
    pub(super) declared: Declarations,
    pub(super) operations: Vec<Operation>,
}

/// One step of a program.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    /// Execute a command.
    Exec(Arc<Command>),
    /// Call a method of a server: its node, the method, the area for what becomes of it.
    Call(Arc<MethodCall>),
    /// Go on at a place unless the last command raised this condition.
    Unless(Condition, usize),
    /// Go on at a place.
    Jump(usize),
    /// Open a loop of so many rounds.
    Loop(u32),
    /// Close the innermost loop: go back while rounds are left.
    Again(usize),
}

/// A method of a server that a program calls.
#[derive(Clone, Debug)]
pub(super) struct MethodCall {
    pub(super) server: String,
    pub(super) method: String,
    pub(super) into: String,
}

/// What is wrong with a statement: where it stands in the nested lists (`[3]`, `[3].then[0]`), and
/// the complaint of the translator, or of the loader itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramError {
    /// Path below `code`.
    pub path: String,
    /// What is wrong.
    pub error: StatementError,
}

/// What is wrong with one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementError {
    /// A complaint about an EXEC CICS command.
    Syntax(SyntaxError),
    /// A loop runs never or too often.
    Times(u32),
    /// Statements are nested too deeply.
    Depth,
    /// An area for characters is needed, and this is none.
    Area(String),
}

/// Most rounds of one loop.
const TIMES_MAX: u32 = 10_000;
/// Deepest nesting of statements.
const DEPTH_MAX: usize = 16;

impl Program {
    /// The names of the data areas that it declares.
    pub fn areas(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(|(name, _)| name)
    }

    /// Parses all commands of a program.
    ///
    /// # Errors
    /// Every wrong statement, with its place; the author of the program mends them.
    pub fn compile(
        name: &str,
        declared: Declarations,
        code: &[Statement],
        release: Release,
    ) -> Result<Program, Vec<ProgramError>> {
        let mut compiler =
            Compiler { declared: &declared, release, operations: Vec::new(), errors: Vec::new() };
        compiler.statements(code, "", 0);
        let Compiler { operations, errors, .. } = compiler;
        if errors.is_empty() {
            Ok(Program { name: name.to_owned(), declared, operations })
        } else {
            Err(errors)
        }
    }
}

struct Compiler<'a> {
    declared: &'a Declarations,
    release: Release,
    operations: Vec<Operation>,
    errors: Vec<ProgramError>,
}

impl Compiler<'_> {
    fn statements(&mut self, code: &[Statement], path: &str, depth: usize) {
        if depth > DEPTH_MAX {
            let error = ProgramError { path: path.to_owned(), error: StatementError::Depth };
            return self.errors.push(error);
        }
        for (index, statement) in code.iter().enumerate() {
            self.statement(statement, &format!("{path}[{index}]"), depth);
        }
    }

    fn statement(&mut self, statement: &Statement, path: &str, depth: usize) {
        match statement {
            Statement::Exec(text) => match exec::parse(text, self.declared, self.release) {
                Ok(command) => self.operations.push(Operation::Exec(Arc::new(command))),
                Err(errors) => self.errors.extend(errors.into_iter().map(|error| ProgramError {
                    path: path.to_owned(),
                    error: StatementError::Syntax(error),
                })),
            },
            Statement::Call { server, method, into } => {
                let into = into.to_ascii_uppercase();
                let declared = self.declared.iter().find(|(name, _)| *name == into);
                let is_char = declared.is_some_and(|(_, declared)| {
                    matches!(declared.area_type(), exec::AreaType::Char(_))
                });
                if !is_char {
                    let error = StatementError::Area(into.clone());
                    self.errors.push(ProgramError { path: path.to_owned(), error });
                }
                let (server, method) = (server.clone(), method.clone());
                let call = Arc::new(MethodCall { server, method, into });
                self.operations.push(Operation::Call(call));
            }
            Statement::If { resp, then, otherwise } => {
                let test = self.reserve();
                self.statements(then, &format!("{path}.then"), depth + 1);
                let end_of_then = self.reserve();
                self.operations[test] = Operation::Unless(*resp, self.operations.len());
                self.statements(otherwise, &format!("{path}.otherwise"), depth + 1);
                self.operations[end_of_then] = Operation::Jump(self.operations.len());
            }
            Statement::Repeat { times, body } => {
                if !(1..=TIMES_MAX).contains(times) {
                    let error = StatementError::Times(*times);
                    self.errors.push(ProgramError { path: path.to_owned(), error });
                }
                self.operations.push(Operation::Loop(*times));
                let start = self.operations.len();
                self.statements(body, &format!("{path}.body"), depth + 1);
                self.operations.push(Operation::Again(start));
            }
        }
    }

    /// A place whose operation is known later.
    fn reserve(&mut self) -> usize {
        self.operations.push(Operation::Jump(0));
        self.operations.len() - 1
    }
}
