//! The one loop, and the threads around it.
