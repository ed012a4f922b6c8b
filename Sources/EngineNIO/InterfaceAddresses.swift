import NIOCore
import SIP
import SIPTransport

/// The addresses that the machine has at present.
enum InterfaceAddresses {
  /// Without repetition, in the system's order. Throws the system's error.
  static func current() throws -> [Host] {
    var hosts: [Host] = []
    for device in try System.enumerateDevices() {
      guard let host = device.address.flatMap(Endpoint.init)?.address, !hosts.contains(host) else { continue }
      hosts.append(host)
    }
    return hosts
  }
}
