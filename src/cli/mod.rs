//! Arguments; wires everything together.
