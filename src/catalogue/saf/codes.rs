//! The codes by name.

use super::SafReturn;

/// The call worked; access is granted.
pub const SUCCESS: SafReturn = SafReturn::new(0, 0, 0);
/// RACF is not installed or not active; for RACROUTE AUTH also a class that is not active.
pub const NO_DECISION: SafReturn = SafReturn::new(4, 0, 0);
/// RACROUTE AUTH: no profile protects the resource.
pub const NOT_PROTECTED: SafReturn = SafReturn::new(4, 4, 0);
/// RACROUTE AUTH: the user may not do it.
pub const ACCESS_DENIED: SafReturn = SafReturn::new(8, 8, 0);
/// RACROUTE VERIFY: the ESM knows no such user.
pub const USER_UNKNOWN: SafReturn = SafReturn::new(8, 4, 0);
/// RACROUTE VERIFY: wrong password, phrase or PassTicket.
pub const PASSWORD_WRONG: SafReturn = SafReturn::new(8, 8, 0);
/// RACROUTE VERIFY: the password or phrase is right and has expired.
pub const PASSWORD_EXPIRED: SafReturn = SafReturn::new(8, 12, 0);
/// RACROUTE VERIFY: the new password or phrase is not acceptable.
pub const NEW_PASSWORD_NOT_VALID: SafReturn = SafReturn::new(8, 16, 0);
/// RACROUTE VERIFY: the user is not connected to the group.
pub const USER_NOT_IN_GROUP: SafReturn = SafReturn::new(8, 20, 0);
/// RACROUTE VERIFY: the user is revoked.
pub const USER_REVOKED: SafReturn = SafReturn::new(8, 28, 0);
/// RACROUTE VERIFY: the user's connection to the group is revoked.
pub const GROUP_REVOKED: SafReturn = SafReturn::new(8, 36, 0);
/// RACROUTE VERIFY: the user may not use the terminal.
pub const TERMINAL_REFUSED: SafReturn = SafReturn::new(8, 48, 0);
/// RACROUTE VERIFY: the user may not use the application.
pub const APPLICATION_REFUSED: SafReturn = SafReturn::new(8, 52, 0);
/// A callable service does not have the function.
pub const FUNCTION_NOT_VALID: SafReturn = SafReturn::new(8, 8, 0);
/// A callable service got a bad parameter list.
pub const PARAMETER_LIST: SafReturn = SafReturn::new(8, 8, 4);
/// A callable service failed inside.
pub const INTERNAL: SafReturn = SafReturn::new(8, 8, 8);
/// R_ticketserv, R_GenSec: the caller may not use the service.
pub const SERVICE_NOT_AUTHORIZED: SafReturn = SafReturn::new(8, 8, 16);
/// R_usermap: no user for the application's identity.
pub const USERMAP_NO_MAPPING: SafReturn = SafReturn::new(8, 8, 16);
/// R_usermap: the caller may not use the service.
pub const USERMAP_NOT_AUTHORIZED: SafReturn = SafReturn::new(8, 8, 20);
/// The started task SKRBKDC is not there.
pub const NAS_NOT_ACTIVE: SafReturn = SafReturn::new(8, 12, 16);
/// SKRBKDC abended in the call.
pub const NAS_ABEND: SafReturn = SafReturn::new(8, 12, 20);
/// SKRBKDC holds its control lock.
pub const NAS_LOCKED: SafReturn = SafReturn::new(8, 12, 24);
/// R_GenSec: no PassTicket could be made.
pub const PASSTICKET_NOT_GENERATED: SafReturn = SafReturn::new(8, 16, 28);
/// R_GenSec: the PassTicket is not accepted.
pub const PASSTICKET_REFUSED: SafReturn = SafReturn::new(8, 16, 32);

/// initACEE: the ESM knows no such user.
pub const ACEE_USER_UNKNOWN: SafReturn = SafReturn::new(8, 8, 16);
/// initACEE: the user or his connection to the group is revoked.
pub const ACEE_REVOKED: SafReturn = SafReturn::new(8, 8, 28);
/// initACEE: the bytes are no certificate.
pub const ACEE_CERTIFICATE: SafReturn = SafReturn::new(8, 8, 36);
/// initACEE: no user ID for the certificate.
pub const ACEE_NO_MAPPING: SafReturn = SafReturn::new(8, 8, 40);
/// R_datalib: the caller may not use the service.
pub const DATALIB_NOT_AUTHORIZED: SafReturn = SafReturn::new(8, 8, 8);
/// R_datalib: no certificate with the wanted status is connected to the ring.
pub const RING_EMPTY: SafReturn = SafReturn::new(8, 8, 44);
/// R_datalib: the user has no such ring.
pub const RING_NOT_FOUND: SafReturn = SafReturn::new(8, 8, 84);
