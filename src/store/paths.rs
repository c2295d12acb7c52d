//! Where what sayagain keeps lies.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder of everything that sayagain keeps for the listener. Naming a
/// place makes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    state: PathBuf,
    cache: PathBuf,
}

impl Paths {
    /// The folder that the environment names: `SAYAGAIN_STATE` as it is;
    /// `sayagain` in `XDG_STATE_HOME`, unless that is relative (XDG Base
    /// Directory Specification 0.8 has it ignored); `.local/state/sayagain` in
    /// `HOME`; on Windows, which sets none of these, `sayagain` in
    /// `LOCALAPPDATA`. An empty variable counts as none.
    ///
    /// What can be worked out again lies in a folder of its own: `sayagain` in
    /// `XDG_CACHE_HOME` or in `.cache` of `HOME`, unless `SAYAGAIN_STATE` or
    /// Windows says where all of it lies; there it is `cache`.
    ///
    /// `None` if there is no such folder: nothing can be kept then.
    pub fn from_environment() -> Option<Self> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let folder =
            |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let xdg = |name: &str, home: &str| {
            let named = folder(name).filter(|path| path.is_absolute());
            named.or_else(|| Some(folder("HOME")?.join(home))).map(|path| path.join("sayagain"))
        };
        if let Some(state) = folder("SAYAGAIN_STATE") {
            return Some(Self::in_folder(state));
        }
        let Some(state) = xdg("XDG_STATE_HOME", ".local/state") else {
            return Some(Self::in_folder(folder("LOCALAPPDATA")?.join("sayagain")));
        };
        let cache = xdg("XDG_CACHE_HOME", ".cache").unwrap_or_else(|| state.join("cache"));
        Some(Self { state, cache })
    }

    /// Everything in this folder.
    pub fn in_folder(state: PathBuf) -> Self {
        Self { cache: state.join("cache"), state }
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

    /// The folder of what can be worked out again.
    pub fn cache(&self) -> PathBuf {
        self.cache.clone()
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
    fn what_can_be_worked_out_again_lies_where_the_system_clears_it() {
        let cache = |variables: &[(&str, &str)]| {
            let of = |name: &str| {
                variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into())
            };
            Paths::from_variables(of).unwrap().cache()
        };
        let mut variables = vec![("LOCALAPPDATA", "/w")];
        assert_eq!(cache(&variables), PathBuf::from("/w/sayagain/cache"));
        variables.push(("HOME", "/h"));
        assert_eq!(cache(&variables), PathBuf::from("/h/.cache/sayagain"));
        variables.push(("XDG_CACHE_HOME", "/c"));
        assert_eq!(cache(&variables), PathBuf::from("/c/sayagain"));
        variables.push(("SAYAGAIN_STATE", "/s"));
        assert_eq!(cache(&variables), PathBuf::from("/s/cache"));
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
