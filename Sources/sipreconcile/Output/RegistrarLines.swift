import Reconcile
import SIP

/// What `registrar` writes: its address, and its bindings when asked.
struct RegistrarLines: Sendable {
  let run: CommandRun

  private struct Listening: Encodable {
    var type = "listening"
    var address: String
    var port: UInt16
    /// Left out for UDP, which every registrar listens for.
    var transport: String?
  }

  private struct Bindings: Encodable {
    var type = "bindings"
    var bindings: [Entry]
  }

  private struct Entry: Encodable {
    var identity: String
    var contact: String
    var callID: String
    var cseq: UInt32
    var expiresAt: String
  }

  func listening(at address: ListenAddress) {
    guard run.output.format.isForPeople else {
      let transport = address.transport == .udp ? nil : address.transport.rawValue
      let endpoint = address.endpoint
      return line(Listening(address: endpoint.description, port: endpoint.port, transport: transport))
    }
    run.console.output("Listening at \(address)")
  }

  func bindings(_ bindings: [RegistrarBinding]) {
    let sorted = bindings.sorted { ($0.identity, $0.contact) < ($1.identity, $1.contact) }
    guard run.output.format.isForPeople else {
      let entries = sorted.map {
        Entry(
          identity: $0.identity,
          contact: PushToken.removed(from: $0.contact),
          callID: $0.callID,
          cseq: $0.cseq,
          expiresAt: $0.expiresAt.description
        )
      }
      return line(Bindings(bindings: entries))
    }
    run.console.output(sorted.isEmpty ? "No bindings." : "Bindings:")
    for binding in sorted {
      let contact = PushToken.removed(from: binding.contact)
      let text = "  \(binding.identity)  \(contact)  until \(binding.expiresAt)"
      run.console.output(ShownText.escape(text))
    }
  }

  private func line(_ document: some Encodable) {
    do {
      run.console.output(try JSONOutput.line(document))
    } catch {
      run.output.note(.error, "the document could not be written as JSON: \(error)")
    }
  }
}
