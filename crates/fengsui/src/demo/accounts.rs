//! The accounts of the demonstration. Their passwords are made at the first start and kept beside the data,
//! readable by the owner only, so that every start can tell them.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use fengsui_identity::{Identity, NewUser, SignIn, UserPatch, UserView};
use fengsui_kernel::{PageQuery, Principal};
use fengsui_registry::Registry;
use fengsui_server::people;
use rand::Rng as _;
use serde::{Deserialize, Serialize};

use super::data;

const FILE: &str = "demo-accounts.json";

/// An account with its password.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct DemoAccount {
    pub(super) user: String,
    pub(super) password: String,
    /// Code of the post.
    pub(super) post: String,
    /// The person.
    pub(super) name: String,
    /// Title of the post.
    pub(super) title: String,
}

/// One entry of `users.json`.
#[derive(Debug, Deserialize)]
struct Line {
    user: String,
    name: String,
    post: String,
}

/// The accounts, made if they are not there yet.
pub(super) async fn ensure(
    identity: &Identity,
    registry: &Registry,
    system: &Principal,
    data_dir: &Path,
) -> Result<Vec<DemoAccount>> {
    let path = data_dir.join(FILE);
    if let Ok(text) = fs::read_to_string(&path) {
        return serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()));
    }
    let lines: Vec<Line> = serde_json::from_slice(data::DEMO_USERS)?;
    let mut accounts = Vec::new();
    for line in lines {
        let login = line.user.clone();
        accounts.push(make(identity, registry, system, line).await.with_context(|| format!("account {login}"))?);
    }
    write_private(&path, &serde_json::to_string_pretty(&accounts)?)?;
    Ok(accounts)
}

async fn make(identity: &Identity, registry: &Registry, system: &Principal, line: Line) -> Result<DemoAccount> {
    let record = registry.find_by_code("post", &line.post).await?;
    let record = record.with_context(|| format!("there is no post {}", line.post))?;
    let post = people::facts_of(registry, &record).await?;
    let title = post.title.clone();
    let made = if let Some(user) = find(identity, system, &line.user).await? {
        let patch = UserPatch { name: Some(line.name.clone()), posts: Some(vec![post]), ..UserPatch::default() };
        identity.update_user(system, &user.id, user.version, &patch, None).await?;
        identity.reset_password(system, &user.id, true, None).await?
    } else {
        let person = person_of(registry, record.text("person")).await?;
        let new =
            NewUser { login: line.user.clone(), name: line.name.clone(), person, active: true, posts: vec![post] };
        identity.create_user(system, &new, None).await?
    };
    let password = own_password(identity, &line.user, made.password).await?;
    Ok(DemoAccount { user: line.user, password, post: line.post, name: line.name, title })
}

async fn person_of(registry: &Registry, code: Option<&str>) -> Result<Option<String>> {
    let Some(code) = code else { return Ok(None) };
    Ok(registry.find_by_code("person", code).await?.map(|record| record.id.to_string()))
}

async fn find(identity: &Identity, system: &Principal, login: &str) -> Result<Option<UserView>> {
    let page = PageQuery { limit: Some(500), cursor: None };
    let found = identity.users(system, Some(login), &page).await?;
    Ok(found.items.into_iter().find(|user| user.login == login))
}

/// A password made by somebody else must be changed at the first sign-in; here that is done as its owner would.
async fn own_password(identity: &Identity, login: &str, given: String) -> Result<String> {
    let sign_in = SignIn {
        login: login.to_owned(),
        password: given.clone(),
        totp: None,
        device: None,
        address: "127.0.0.1".to_owned(),
        agent: "fengsui demo".to_owned(),
    };
    let session = identity.sign_in(&sign_in).await?;
    let own = random_password();
    identity.change_password(&session.signed_in, &given, &own).await?;
    identity.sign_out(&session.signed_in).await?;
    Ok(own)
}

/// Eighty random bits in letters and digits that are not taken for one another.
fn random_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut random = rand::rng();
    let mut group = || (0..4).map(|_| char::from(LETTERS[random.random_range(0..32)])).collect::<String>();
    [group(), group(), group(), group()].join("-")
}

/// Writes a file that nobody but its owner may read, whole or not at all.
fn write_private(path: &Path, text: &str) -> Result<()> {
    let partial = path.with_extension("partial");
    // Left over from an interrupted start, perhaps with other rights.
    let _ = fs::remove_file(&partial);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path)?;
    ensure!(path.is_file(), "{} is not there", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ_and_have_eighty_bits() {
        let (one, other) = (random_password(), random_password());
        assert_ne!(one, other);
        assert_eq!(one.len(), 19, "{one}");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(FILE);
        write_private(&path, "[]").expect("a file");
        write_private(&path, "[1]").expect("the file again");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "[1]");
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    }
}
