//! `fengsui user`: accounts from the command line, for the first administrator and for those who lost their way in.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use fengsui_identity::{HeldRole, NewUser, PostFacts, UserView};
use fengsui_kernel::{PageQuery, Principal};
use fengsui_server::people;

use crate::cli::Installation;
use crate::config::Config;
use crate::engines::Engines;
use crate::output::{Out, json_line};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Makes an account with a generated password, which is printed once and must be changed at the first sign-in.
    #[command(after_help = "Examples:\n  fengsui user add zhang.min --name 张敏 --post LW-POST-021\n  \
                            fengsui user add it.admin --name 系统管理员 --role administrator@000000000000\n  \
                            prints: zhang.min xxxx-xxxx-xxxx-xxxx")]
    Add {
        #[command(flatten)]
        installation: Installation,
        /// Name to sign in with.
        login: String,
        /// Name for people.
        #[arg(long)]
        name: String,
        /// Code of a post to be held; may repeat.
        #[arg(long = "post", value_name = "CODE")]
        posts: Vec<String>,
        /// Role without a post, at a division; may repeat.
        #[arg(long = "role", value_name = "ROLE@DIVISION")]
        roles: Vec<String>,
    },
    /// Gives an account a generated password, ends its sessions and lifts its lock.
    #[command(after_help = "Example:\n  fengsui user reset-password admin\n  prints: admin xxxx-xxxx-xxxx-xxxx")]
    ResetPassword {
        #[command(flatten)]
        installation: Installation,
        /// The account.
        login: String,
        /// Remove the second factor, too: for somebody who lost their phone.
        #[arg(long)]
        without_totp: bool,
    },
    /// Lists all accounts with their posts.
    #[command(after_help = "Example:\n  fengsui user list\n  prints one line each: LOGIN  NAME  POSTS  last sign-in")]
    List {
        #[command(flatten)]
        installation: Installation,
        /// Print one JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

impl UserCommand {
    /// Which installation is meant.
    pub fn installation(&self) -> &Installation {
        match self {
            Self::Add { installation, .. }
            | Self::ResetPassword { installation, .. }
            | Self::List { installation, .. } => installation,
        }
    }
}

/// Runs the command.
pub async fn run(command: &UserCommand, config: &Config, out: Out<'_>) -> Result<ExitCode> {
    let engines = Engines::open(config, false).await?;
    let done = act(command, &engines, out).await;
    engines.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn act(command: &UserCommand, engines: &Engines, out: Out<'_>) -> Result<()> {
    let system = Principal::system("command line");
    match command {
        UserCommand::Add { login, name, posts, roles, .. } => {
            let roles = roles.iter().map(|text| role(text)).collect::<Result<Vec<_>>>()?;
            if posts.is_empty() && roles.is_empty() {
                bail!("an account without a post or role may do nothing: give --post or --role");
            }
            let mut held = Vec::new();
            for code in posts {
                held.push(post(engines, code).await?);
            }
            let new = NewUser { login: login.clone(), name: name.clone(), person: None, active: true, posts: held };
            let created = engines.identity.create_user(&system, &new, None).await?;
            for role in &roles {
                engines.identity.grant_role(&system, &created.user.id, role).await?;
            }
            writeln!(out, "{} {}", created.user.login, created.password)?;
        }
        UserCommand::ResetPassword { login, without_totp, .. } => {
            let user = find(engines, &system, login).await?;
            let reset = engines.identity.reset_password(&system, &user.id, *without_totp, None).await?;
            writeln!(out, "{} {}", reset.user.login, reset.password)?;
        }
        UserCommand::List { json, .. } => list(engines, &system, *json, out).await?,
    }
    Ok(())
}

fn role(text: &str) -> Result<HeldRole> {
    let (role, division) = text.split_once('@').with_context(|| format!("{text}: want ROLE@DIVISION"))?;
    Ok(HeldRole { role: role.to_owned(), division: division.parse()? })
}

async fn post(engines: &Engines, code: &str) -> Result<PostFacts> {
    let record = engines.registry.find_by_code("post", code).await?;
    let record = record.with_context(|| format!("there is no post {code}"))?;
    Ok(people::facts_of(&engines.registry, &record).await?)
}

async fn find(engines: &Engines, system: &Principal, login: &str) -> Result<UserView> {
    let wanted = login.trim().to_lowercase();
    let all = pages(engines, system, Some(&wanted)).await?;
    all.into_iter().find(|user| user.login == wanted).with_context(|| format!("there is no account {login}"))
}

/// All accounts that fit a text, page after page.
async fn pages(engines: &Engines, system: &Principal, text: Option<&str>) -> Result<Vec<UserView>> {
    let mut query = PageQuery { limit: Some(500), cursor: None };
    let mut users = Vec::new();
    loop {
        let page = engines.identity.users(system, text, &query).await?;
        users.extend(page.items);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(users),
        }
    }
}

async fn list(engines: &Engines, system: &Principal, json: bool, out: Out<'_>) -> Result<()> {
    for user in pages(engines, system, None).await? {
        if json {
            json_line(out, &user)?;
            continue;
        }
        let posts: Vec<&str> = user.posts.iter().map(|post| post.title.as_str()).collect();
        let seen = user.last_sign_in_at.map_or("never signed in".to_owned(), |at| format!("last sign-in {at}"));
        let state = if user.active { "" } else { "  inactive" };
        writeln!(out, "{}  {}  {}  {seen}{state}", user.login, user.name, posts.join("、"))?;
    }
    Ok(())
}
