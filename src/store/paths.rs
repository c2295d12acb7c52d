//! Where what sayagain keeps lies.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder of everything that sayagain keeps for the listener. Naming a
/// place makes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    state: PathBuf,
}

impl Paths {
    /// The folder that the environment names: `SAYAGAIN_STATE` as it is;
    /// `sayagain` in `XDG_STATE_HOME`, unless that is relative (XDG Base
    /// Directory Specification 0.8 has it ignored); `.local/state/sayagain` in
    /// `HOME`; on Windows, which sets none of these, `sayagain` in
    /// `LOCALAPPDATA`. An empty variable counts as none.
    ///
    /// `None` if there is no such folder: nothing can be kept then.
    pub fn from_environment() -> Option<Self> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let folder =
            |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let state = folder("SAYAGAIN_STATE")
            .or_else(|| {
                let states = folder("XDG_STATE_HOME").filter(|path| path.is_absolute());
                Some(states?.join("sayagain"))
            })
            .or_else(|| Some(folder("HOME")?.join(".local/state/sayagain")))
            .or_else(|| Some(folder("LOCALAPPDATA")?.join("sayagain")))?;
        Some(Self { state })
    }

    /// Everything in this folder.
    pub fn in_folder(state: PathBuf) -> Self {
        Self { state }
    }

    /// The file of all that is kept.
    pub fn database(&self) -> PathBuf {
        self.state.join("sayagain.db")
    }

    /// The copy of what the listener did.
    pub fn copy(&self) -> PathBuf {
        self.state.join("listener.json")
    }

    /// The folder in which versions before 0.2 saved the places.
    pub fn places(&self) -> PathBuf {
        self.state.join("places")
    }

    /// The file for what libraries and panics say while the screen is taken.
    pub fn log(&self) -> PathBuf {
        self.state.join("sayagain.log")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(variables: &[(&str, &str)]) -> Option<PathBuf> {
        let paths = Paths::from_variables(|name| {
            let (_, value) = variables.iter().find(|(other, _)| *other == name)?;
            Some(value.into())
        });
        paths.map(|paths| paths.state)
    }

    #[test]
    fn the_nearest_variable_names_the_folder() {
        let mut variables = vec![("LOCALAPPDATA", "/w"), ("HOME", "/home/ann")];
        assert_eq!(state(&variables).unwrap(), PathBuf::from("/home/ann/.local/state/sayagain"));
        variables.push(("XDG_STATE_HOME", "/states"));
        assert_eq!(state(&variables).unwrap(), PathBuf::from("/states/sayagain"));
        variables.push(("SAYAGAIN_STATE", "here"));
        assert_eq!(state(&variables).unwrap(), PathBuf::from("here"));
        assert_eq!(state(&variables[..1]).unwrap(), PathBuf::from("/w/sayagain"));
    }

    #[test]
    fn an_empty_variable_and_a_relative_xdg_folder_count_as_none() {
        let variables = [("SAYAGAIN_STATE", ""), ("XDG_STATE_HOME", "states"), ("HOME", "/h")];
        assert_eq!(state(&variables).unwrap(), PathBuf::from("/h/.local/state/sayagain"));
    }

    #[test]
    fn without_a_home_there_is_no_folder() {
        assert_eq!(state(&[("HOME", "")]), None);
    }

    #[test]
    fn places_and_the_log_lie_in_the_folder() {
        let paths = Paths::in_folder(PathBuf::from("/s"));
        assert_eq!(paths.places(), PathBuf::from("/s/places"));
        assert_eq!(paths.log(), PathBuf::from("/s/sayagain.log"));
    }
}
