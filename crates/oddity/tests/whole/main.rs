//! The library and the command on whole files.

mod command;
mod damage;
mod follow;
mod guide;
mod packets;
mod plant;
mod saved;
mod scorer;
mod traces;
