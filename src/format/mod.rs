//! Files' bytes to transcripts.
