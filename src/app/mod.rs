//! What the program is doing: events in, effects out.
