import Reconcile
import SIP
import StateStore

/// The engine that a run asks for.
struct EngineRequest: Sendable {
  /// Nil: every address and a free port.
  var bind: Endpoint?
  var advertise: AdvertisedAddress?
  /// Contacts of our own show where the registrar sees us.
  var learnsContacts = false
  /// Registrars may ask for less traffic.
  var offersOverloadControl = false
  /// Contacts of our own follow our address: for an engine that stays.
  var followsAddress = false
  /// Nil is the engine's own, an empty text sends none.
  var userAgent: String?
  var limits: [RegistrarLimits] = []
  var timers = TimerChoice()
  var seed: UInt64?
  /// Everything goes to this address, whatever the accounts name.
  var onlyServer: Endpoint?
  /// How everything is sent there.
  var onlyTransport = Transport.udp
  /// Empty: the system's.
  var nameServers: [Endpoint] = []
  /// Whether the records of public names may lead to this machine; nil is the engine's own choice.
  var localAddresses: LocalAddresses?
  /// What is done where a server asks for less proof than before, or for none.
  var challenges = ChallengePolicy()
  /// What servers asked for in earlier runs.
  var knownChallenges: [ServerChallenge] = []
  /// Gets what is to be known in later runs.
  var learnt: (@Sendable (ServerChallenge) -> Void)?
  var credentialProvider: (any CredentialProvider)?
  /// Gets what is odd, though it does not keep the engine from its work.
  var warn: (@Sendable (String) -> Void)?
  /// Gets each message, credentials removed.
  var trace: (@Sendable (String) -> Void)?
  /// Sees each message, credentials removed.
  var observe: (@Sendable (WireMessage) -> Void)?
}

extension EngineRequest {
  /// What servers ask for is compared with what the state knows of them, and kept there.
  mutating func remember(in store: StateStore) throws(CommandFailure) {
    do throws(StateError) {
      knownChallenges = try store.serverChallenges()
    } catch {
      throw CommandFailure(error)
    }
    learnt = { [store] in store.learn($0) }
  }
}
