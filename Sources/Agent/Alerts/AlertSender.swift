import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends alerts on, one after the other, beside everything else: a target that hangs holds nothing up.
struct AlertSender: Sendable {
  let targets: AlertTargets
  /// Is told what could not be sent.
  let failed: @Sendable (String) -> Void
  private let alerts: AsyncStream<AgentAlert>
  private let sink: AsyncStream<AgentAlert>.Continuation

  /// While a target takes nothing, the first of so many are kept.
  static let mostWaiting = 1000
  static let tries = 3
  static let patience = Duration.seconds(10)
  /// How long to wait after a try that failed, by its number.
  var pause: @Sendable (Int) -> Duration = { .seconds($0 * $0) }

  init(_ targets: AlertTargets, failed: @escaping @Sendable (String) -> Void) {
    self.targets = targets
    self.failed = failed
    (alerts, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(AlertSender.mostWaiting))
  }

  func send(_ alert: AgentAlert) { sink.yield(alert) }

  /// Sends until the task is cancelled.
  func run() async {
    for await alert in alerts {
      let body: Data
      do {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        body = try encoder.encode(alert)
      } catch {
        failed("\(error)")
        continue
      }
      if let url = targets.url { await post(body, to: url) }
      guard let command = targets.command else { continue }
      if let trouble = await AlertCommand(path: command, alert: alert).run(body) { failed(trouble) }
    }
  }

  private func post(_ body: Data, to url: String) async {
    var reason = ""
    for attempt in 1...AlertSender.tries {
      do {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(Array(body))
        let response = try await HTTPCalls.client.execute(request, timeout: TimeAmount(AlertSender.patience))
        if (200..<300).contains(response.status.code) { return }
        reason = "it answers \(response.status.code)"
      } catch {
        reason = "\(error)"
      }
      if Task.isCancelled { reason = "the watch ended" }
      guard attempt < AlertSender.tries, !Task.isCancelled else { break }
      do { try await Task.sleep(for: pause(attempt)) } catch { break }
    }
    // The path of such an address is often its secret.
    let host = URL(string: url)?.host() ?? "the address"
    failed("an alert was not taken by \(host): \(reason)")
  }
}
