//! What is kept on disk, and which files belong together: an edge.
