//! Keys and encryption: the data key, its slots, sealed files. The only room that knows ciphers.
