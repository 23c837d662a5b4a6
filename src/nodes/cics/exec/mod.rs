//! EXEC CICS commands: their syntax, options and data areas.
