//! `init`: a new data directory.

use super::args::{Init, Place};
use super::output::{Exit, Out, Result};
use super::session::{new_id, os_user};
use crate::domain::time::{Clock, SystemClock};
use crate::ops::{Office, Opening, OpsError, StoreError, login_of};
use crate::vault::{KEYS_FILE, Vault};
use std::path::Path;
use std::sync::Arc;

/// Runs `init`.
pub fn init(place: &Place, args: &Init) -> Result {
    let dir = place.data_dir()?;
    if dir.join("chartroom.db").exists() {
        return Err(OpsError::Store(StoreError::Exists(dir.join("chartroom.db"))).into());
    }
    check_zone(&args.time_zone)?;
    let source = place.key_source(true)?;
    // Keys without a store are what an init that was cut off left behind: they serve.
    let vault = if dir.join(KEYS_FILE).exists() {
        Office::unlock(&dir, &source)?
    } else {
        Vault::create(&dir, &source).map_err(OpsError::from)?
    };
    let office = make(place, &dir, &vault, Arc::new(SystemClock), args)?;
    let mut out = Out::new(false);
    out.line(format_args!(
        "made {} for {} ({})",
        dir.display(),
        crate::text::show(&office.facility),
        args.time_zone
    ))?;
    out.line("next: `chartroom import PATH…`, then `chartroom`")?;
    out.done(Exit::Done)
}

fn check_zone(zone: &str) -> Result<()> {
    crate::ops::zone_named(zone)
        .map(|_| ())
        .map_err(|e| super::output::Failure::Usage(e.to_string()))
}

/// Makes a store in a directory whose keys are unlocked.
pub fn make(
    place: &Place,
    dir: &Path,
    vault: &Vault,
    clock: Arc<dyn Clock>,
    args: &Init,
) -> Result<Office> {
    let os_user = os_user();
    let login = args
        .login
        .clone()
        .unwrap_or_else(|| login_of(&os_user.name));
    let name = args.name.clone().unwrap_or_else(|| login.clone());
    let site = place.site_files()?;
    let session = new_id();
    let opening = Opening {
        dir,
        vault,
        session: &session,
        clock,
        site: &site,
    };
    Ok(Office::create(
        &opening,
        &args.facility.as_str().into(),
        &args.time_zone,
        (&login, &name.into()),
        &os_user.told(),
    )?)
}
