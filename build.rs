//! A release is linked without its own symbols: cargo forgets the profile's `strip`
//! where a package has a level of its own, as sayagain has. (Whether symbols are
//! stripped is said to the linker once more behind this.)
#![expect(clippy::disallowed_methods, reason = "so cargo tells a build script")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--discard-all");
    }
}
