//! A deterministic discrete-event engine.
