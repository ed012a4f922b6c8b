package import SIP
import Synchronization

/// Asks name servers, with c-ares on a thread of its own that starts with the first query.
///
/// Each query has one result, and `finish` is called for it once, on that thread or, once the resolver is
/// closed, on the caller's. After `close` has returned nothing is called any more.
package final class AresResolver: Sendable {
  package struct Settings: Sendable {
    /// The name servers; empty is the system's (`/etc/resolv.conf`, and 127.0.0.1 where that is missing).
    package var servers: [Endpoint] = []
    /// How long a first attempt waits; the second waits twice as long.
    package var timeout = Duration.milliseconds(1500)
    /// How often each name server is asked: an unanswered query ends after 4.5 s for one server.
    package var tries = 2
    /// Names with addresses of their own, which stand before what name servers say.
    package var hostsFile = "/etc/hosts"
    /// Where the system names its name servers; looked at again when it changes.
    package var serversFile = "/etc/resolv.conf"
    /// The port of the servers that the file names.
    package var serversPort: UInt16 = 53

    package init() {}
  }

  private let mailbox: AresMailbox

  package init(_ settings: Settings = Settings()) { mailbox = AresMailbox(settings) }

  deinit { mailbox.close {} }

  /// Asks for one name's records of one type.
  package func look(up query: DNSQuery, finish: @escaping @Sendable (DNSResult) -> Void) {
    mailbox.post(AresMailbox.Request(query: query, finish: finish))
  }

  package func result(of query: DNSQuery) async -> DNSResult {
    await withCheckedContinuation { continuation in
      look(up: query) { continuation.resume(returning: $0) }
    }
  }

  /// Ends the thread; what is under way ends as `.failed(.stopped)`, before this returns.
  package func close() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      mailbox.close { continuation.resume() }
    }
  }
}
