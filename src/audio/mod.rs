//! Sound: an edge.
