//! Devices: whether they are heard, and the tokens by which they prove themselves.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Place, Principal, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::series::devices as store;
use rand::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::catalogue::Device;
use crate::engine::SeriesEngine;
use crate::ingest::{Accepted, Submission};

/// Whether a device is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceStatus {
    /// The device, by record id.
    pub device: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it is heard.
    pub online: bool,
    /// When it was last heard; never if absent.
    pub last_heard_at: Option<Timestamp>,
}

/// How many devices are heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionCounts {
    /// Heard.
    pub online: u64,
    /// Heard once and now silent.
    pub silent: u64,
}

/// A fresh credential. The token is shown once and kept only as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Credential {
    /// The user name: the device's code.
    pub username: String,
    /// The password.
    pub token: String,
}

/// A device that proved itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceIdentity {
    /// Its record id.
    pub id: String,
    /// Its code.
    pub code: String,
}

fn place(device: &Device) -> Place {
    Place { division: device.row.division, enterprise: device.row.enterprise.clone() }
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

impl SeriesEngine {
    /// Which devices are heard, by code.
    pub async fn device_status(&self, principal: &Principal) -> Result<Vec<DeviceStatus>> {
        principal.scopes("read", "series")?;
        let catalogue = self.core.catalogue.lock().await;
        let seen = catalogue.devices.values().filter(|device| principal.may("read", "series", &place(device)));
        let mut devices: Vec<DeviceStatus> = seen
            .map(|device| DeviceStatus {
                device: device.row.id.clone(),
                code: device.row.code.clone(),
                name: device.row.name.clone(),
                online: device.row.online,
                last_heard_at: device.row.last_heard_at,
            })
            .collect();
        devices.sort_by(|one, other| one.code.cmp(&other.code));
        Ok(devices)
    }

    /// How many devices are heard, for the overview.
    pub async fn connection_counts(&self, principal: &Principal) -> Result<ConnectionCounts> {
        let mut counts = ConnectionCounts::default();
        for device in self.device_status(principal).await? {
            counts.online += u64::from(device.online);
            counts.silent += u64::from(!device.online && device.last_heard_at.is_some());
        }
        Ok(counts)
    }

    /// Gives a device a new token; an older one ends.
    pub async fn issue_credential(&self, principal: &Principal, device: &str) -> Result<Credential> {
        let (code, place) = self.device_facts(device).await?;
        principal.require("update", "series", &place)?;
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        let token = hex::encode(bytes);
        let mut tx = self.begin(principal).await?;
        store::put_credential(&mut tx, device, &hash(&token)).await?;
        tx.trace("device.credential_issue", Subject::at("device", device, place.division), json!({"code": code}));
        tx.commit().await?;
        Ok(Credential { username: code, token })
    }

    /// Ends a device's token. Open connections end with their next reconnection.
    pub async fn revoke_credential(&self, principal: &Principal, device: &str) -> Result<()> {
        let (code, place) = self.device_facts(device).await?;
        principal.require("update", "series", &place)?;
        let mut tx = self.begin(principal).await?;
        if store::remove_credential(&mut tx, device).await? {
            tx.trace("device.credential_revoke", Subject::at("device", device, place.division), json!({"code": code}));
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether the token belongs to the device with this code.
    pub async fn authenticate_device(&self, username: &str, token: &str) -> Result<DeviceIdentity> {
        let known = store::credential(&self.core.db, username).await?;
        let refused = || Fault::from(FaultKind::Unauthenticated("bad_credentials".to_owned()));
        // Hashing comes first, so that unknown devices cost the same time as wrong tokens.
        let given = hash(token);
        let (id, kept) = known.ok_or_else(refused)?;
        if bool::from(given.as_bytes().ct_eq(kept.as_bytes())) {
            Ok(DeviceIdentity { id, code: username.to_owned() })
        } else {
            Err(refused())
        }
    }

    /// A code for a vehicle terminal with this key, by which it proves itself from now on; nothing for unknown ones.
    ///
    /// Shorter than other tokens (128 bits): terminals keep it in a field of their own.
    pub async fn issue_terminal_code(&self, key: &str) -> Result<Option<String>> {
        let Some((id, code, place)) = self.device_by_key(key).await else { return Ok(None) };
        let mut bytes = [0_u8; 16];
        rand::rng().fill_bytes(&mut bytes);
        let token = hex::encode(bytes);
        let mut tx = self.begin(&Principal::system("gateway")).await?;
        store::put_credential(&mut tx, &id, &hash(&token)).await?;
        tx.trace("device.credential_issue", Subject::at("device", &id, place.division), json!({"code": code}));
        tx.commit().await?;
        Ok(Some(token))
    }

    /// Whether a terminal's code is the one that it was given.
    pub async fn authenticate_terminal(&self, key: &str, token: &str) -> Result<bool> {
        let Some((_, code, _)) = self.device_by_key(key).await else { return Ok(false) };
        match self.authenticate_device(&code, token).await {
            Ok(_) => Ok(true),
            Err(fault) if matches!(*fault.kind, FaultKind::Unauthenticated(_)) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    async fn device_by_key(&self, key: &str) -> Option<(String, String, Place)> {
        let catalogue = self.core.catalogue.lock().await;
        catalogue.device_by_key(key).map(|device| (device.row.id.clone(), device.row.code.clone(), place(device)))
    }

    /// Takes readings from a person or program that holds the right `ingest` on the device's place.
    pub async fn submit_as(&self, principal: &Principal, submission: Submission) -> Result<Accepted> {
        let place = {
            let catalogue = self.core.catalogue.lock().await;
            catalogue.device_by_key(&submission.device_key).map(place)
        };
        match place {
            Some(place) => principal.require("ingest", "series", &place)?,
            // Unknown devices go to the quarantine, but not from just anybody.
            None => drop(principal.scopes("ingest", "series")?),
        }
        self.ingest().submit(submission).await
    }

    async fn device_facts(&self, id: &str) -> Result<(String, Place)> {
        let catalogue = self.core.catalogue.lock().await;
        let device = catalogue.devices.get(id).ok_or_else(|| Fault::not_found("device", id))?;
        Ok((device.row.code.clone(), place(device)))
    }
}
