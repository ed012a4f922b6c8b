import HTTPTypes
import Hummingbird
import NIOCore

/// What anybody may read over HTTP: metrics and health. It changes nothing and shows no secret.
struct ObservingRoutes: Sendable {
  let desk: AgentDesk

  /// An agent that does not answer for so long does not live.
  static let patience = Duration.seconds(5)

  func add(to router: Router<BasicRequestContext>) {
    router.get("/metrics") { _, _ in await metrics() }
    router.get("/livez") { _, _ in await health { _ in true } }
    router.get("/readyz") { _, _ in await health(\.isReady) }
  }

  private func metrics() async -> Response {
    guard let snapshot = await TimeLimit.wait(ObservingRoutes.patience, for: desk.metrics) else {
      return ObservingRoutes.text("the watch does not answer\n", .serviceUnavailable)
    }
    return ObservingRoutes.text(PrometheusText(snapshot).text, .ok, PrometheusText.contentType)
  }

  private func health(_ isGood: (AgentHealth) -> Bool) async -> Response {
    guard let health = await TimeLimit.wait(ObservingRoutes.patience, for: desk.health) else {
      return ObservingRoutes.text("the watch does not answer\n", .serviceUnavailable)
    }
    let lines = health.troubles.isEmpty ? ["ok"] : health.troubles
    let text = lines.joined(separator: "\n") + "\n"
    return ObservingRoutes.text(text, isGood(health) ? .ok : .serviceUnavailable)
  }

  private static func text(
    _ text: String,
    _ status: HTTPResponse.Status,
    _ type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status,
      headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }
}
