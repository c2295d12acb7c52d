//! `sayagain check`: what is wrong with transcripts.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::json;
use crate::format::chapters::{self, ChapterFile};
use crate::format::{Document, Problem, Source, characters_of, check, document, in_order};
use crate::model::text::clean_line;
use crate::store::read_transcript;

/// Tell what is wrong with transcripts
#[derive(Args, Clone, Debug)]
pub(super) struct CheckArgs {
    /// The transcripts, in any format; one beside a .txt of the same name is compared with it
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

/// What was found in one file.
enum Finding {
    Problems {
        format: String,
        cue_count: usize,
        chapter_count: usize,
        problems: Vec<Problem>,
    },
    /// It could not be read; why.
    Unread(String),
}

/// Prints every problem of the files of `args` as
/// `path:line:column: what; what is done about it`, and a summary. The exit
/// code is 0 without problems, 1 with some, 2 if a file could not be read.
pub(super) fn run(args: &CheckArgs) -> ExitCode {
    let findings = args.files.iter().map(|path| (path.as_path(), find(path)));
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut totals = Totals::default();
    let printed = if args.json {
        print_json(&mut out, findings, &mut totals)
    } else {
        print_lines(&mut out, findings, &mut totals)
    };
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ if totals.unread > 0 => ExitCode::from(2),
        _ if totals.problems > 0 => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    }
}

/// How much was found in all files.
#[derive(Debug, Default)]
struct Totals {
    files: usize,
    cues: usize,
    chapters: usize,
    problems: usize,
    with_problems: usize,
    unread: usize,
}

impl Totals {
    fn add(&mut self, finding: &Finding) {
        self.files += 1;
        match finding {
            Finding::Problems { cue_count, chapter_count, problems, .. } => {
                self.cues += cue_count;
                self.chapters += chapter_count;
                self.problems += problems.len();
                self.with_problems += usize::from(!problems.is_empty());
            }
            Finding::Unread(_) => self.unread += 1,
        }
    }
}

/// Reads the transcript at `path` and checks it.
fn find(path: &Path) -> Finding {
    let bytes = match read_transcript(path) {
        Ok(bytes) => bytes,
        Err(error) => return Finding::Unread(error.to_string()),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unread = |refusal| Finding::Unread(format!("{}: {refusal}", shown(path)));
    let source = match Source::decode(&bytes) {
        Ok(source) => source,
        Err(refusal) => return unread(refusal),
    };
    let marked = || chapters::read(&bytes).ok();
    if chapters::holds_chapters(&name)
        && let Some(file) = marked()
    {
        return of_chapters(file, &source);
    }
    let own = match document(&source, &name) {
        Ok(own) => own,
        Err(refusal) => {
            return marked().map_or_else(|| unread(refusal), |file| of_chapters(file, &source));
        }
    };
    let problems = beside(path, &source, &own);
    Finding::Problems {
        format: own.format.to_string(),
        cue_count: own.cues.len(),
        chapter_count: own.chapters.all().len(),
        problems,
    }
}

/// What is wrong with a file of chapters.
fn of_chapters(file: ChapterFile, source: &Source<'_>) -> Finding {
    let format = format!("chapters: {}", file.format);
    let mut problems = file.problems;
    problems.extend(characters_of(source));
    in_order(&mut problems);
    Finding::Problems { format, cue_count: 0, chapter_count: file.chapters.all().len(), problems }
}

/// The problems of `own`, which stands at `path`, also beside the `.txt` of
/// the same name, if there is one.
fn beside(path: &Path, from: &Source<'_>, own: &Document<'_>) -> Vec<Problem> {
    let sibling = path.with_extension("txt");
    let name = sibling.file_name().unwrap_or_default().to_string_lossy();
    let bytes = if sibling == path { None } else { read_transcript(&sibling).ok() };
    let Some(bytes) = bytes else { return check(from, own, None) };
    let source = Source::decode(&bytes);
    match source.as_ref().map(|source| document(source, &name)) {
        Ok(Ok(other)) => check(from, own, Some((&clean_line(&name), &other))),
        _ => check(from, own, None),
    }
}

fn print_lines<'p>(
    out: &mut impl Write,
    findings: impl Iterator<Item = (&'p Path, Finding)>,
    totals: &mut Totals,
) -> io::Result<()> {
    for (path, finding) in findings {
        totals.add(&finding);
        match finding {
            Finding::Problems { problems, .. } => {
                for problem in problems {
                    let Problem { line, column, .. } = problem;
                    let message = clean_line(&problem.to_string());
                    writeln!(out, "{}:{line}:{column}: {message}", shown(path))?;
                }
            }
            Finding::Unread(message) => writeln!(out, "{}", clean_line(&message))?,
        }
    }
    let Totals { files, cues, chapters, problems, with_problems, unread } = *totals;
    let chapters = match chapters {
        0 => String::new(),
        count => format!(", {}", counted(count, "chapter")),
    };
    let unread = if unread > 0 { format!(", {unread} not read") } else { String::new() };
    let files = counted(files, "file");
    let problems = counted(problems, "problem");
    let cues = counted(cues, "cue");
    writeln!(out, "{files}, {cues}{chapters}, {problems} in {with_problems}{unread}")
}

fn counted(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
}

fn print_json<'p>(
    out: &mut impl Write,
    findings: impl Iterator<Item = (&'p Path, Finding)>,
    totals: &mut Totals,
) -> io::Result<()> {
    let mut files = Vec::new();
    for (path, finding) in findings {
        totals.add(&finding);
        let path = path.to_string_lossy();
        files.push(match finding {
            Finding::Problems { format, cue_count, chapter_count, problems } => {
                let problems = problems.iter().map(|problem| {
                    serde_json::json!({
                        "line": problem.line,
                        "column": problem.column,
                        "kind": problem.kind.slug(),
                        "message": problem.to_string(),
                    })
                });
                let problems: Vec<_> = problems.collect();
                serde_json::json!({"path": path, "format": format, "cues": cue_count, "chapters": chapter_count, "problems": problems})
            }
            Finding::Unread(message) => serde_json::json!({"path": path, "error": message}),
        });
    }
    json::pretty(out, &serde_json::json!({"files": files}))
}

/// `path` as it may be shown.
fn shown(path: &Path) -> String {
    clean_line(&path.to_string_lossy())
}
