//! Formats that are XML or HTML.

pub(super) mod html;
pub(super) mod timedtext;
pub(super) mod ttml;
pub(super) mod xml;
