import NIOCore
import Reconcile
import SIP
import SIPTransport

// The machine's addresses, looked at whenever the engine has something to do anyway.

extension EngineShell {
  /// Between two looks at the addresses there is at least so much time.
  private static let addressInterval = Duration.seconds(1)

  /// Looks at our addresses unless that was done a moment ago: at each timer, and after a failure to send.
  func checkAddressIfDue() {
    guard settings.followsAddress, EngineShell.now - addressCheckedAt >= EngineShell.addressInterval else {
      return
    }
    checkAddress()
  }

  /// Looks at our addresses, and tells the machine.
  func checkAddress() {
    guard settings.followsAddress, let own = presentAddress else { return }
    addressCheckedAt = EngineShell.now
    guard own != machine.own else { return }
    machine.addressChanged(to: own, at: EngineShell.now)
  }

  /// Our addresses as they are now; nil where nothing hears everybody.
  private var presentAddress: OwnAddress? {
    guard let bound = listener?.local else { return nil }
    var hosts = [bound.address]
    if bound.address.isUnspecified {
      do {
        hosts = try InterfaceAddresses.current()
      } catch {
        // Where the system does not tell its addresses, the ones known before count.
        guard let known = machine.own?.hosts else { return nil }
        hosts = known
      }
    }
    let advertised = machine.settings.advertise.map {
      OwnAddress.Advertised(host: $0.host, port: $0.port)
    }
    return OwnAddress(
      advertised: advertised,
      hosts: hosts,
      port: bound.port,
      learnsContacts: settings.learnsContacts
    )
  }

  var restingServers: [RestingServer] {
    let now = EngineShell.now
    return machine.health.leftAlone(at: now).compactMap { server, standing in
      let (cause, end): (RestingServer.Cause, Instant)
      switch standing {
      case .ready, .due: return nil
      case .resting(let until): (cause, end) = (.failed, until)
      case .quiet(let until): (cause, end) = (.quiet, until)
      }
      return RestingServer(server.endpoint, server.transport, cause: cause, remaining: end - now)
    }
  }

  var heldAccounts: [HeldAccount] { machine.heldAccounts(at: EngineShell.now) }

  var ownAddress: OwnAddress? {
    checkAddress()
    settle()
    return (machine.own ?? presentAddress)?.having(learned: machine.learnedAddresses)
  }
}
