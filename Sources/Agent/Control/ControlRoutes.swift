import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat
import Reconcile
import SIP

/// What can be asked over HTTP, and how it is answered: JSON, and JSON lines for a run.
struct ControlRoutes: Sendable {
  let desk: AgentDesk

  /// A longer body is none of ours.
  static let bodyLimit = 64 << 20
  static let lines = "application/x-ndjson"

  func router() -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.get("/v1/status") { _, _ in try await status() }
    router.post("/v1/suspend") { request, _ in
      try await answer(request, SuspendBody.self) { body in
        let accounts = body.accounts.map { AccountID($0) }
        let duration = body.seconds.map { Duration.seconds($0) }
        return .suspend(accounts, for: duration, reason: body.reason ?? "")
      }
    }
    router.post("/v1/resume") { request, _ in
      try await answer(request, ResumeBody.self) { .resume($0.accounts.map { AccountID($0) }) }
    }
    router.post("/v1/run") { request, _ in try await run(request) }
    ObservingRoutes(desk: desk).add(to: router)
    return router
  }

  private func status() async throws -> Response {
    guard let document = await desk.status() else {
      return try ControlRoutes.json(
        AgentAnswer.problem(.stopping, "the watch is ending"),
        .serviceUnavailable
      )
    }
    return try ControlRoutes.json(document)
  }

  /// An answer of one part.
  private func answer<Body: Decodable>(
    _ request: Request,
    _ type: Body.Type,
    _ make: (Body) -> AgentRequest
  ) async throws -> Response {
    guard let body = try await ControlRoutes.body(of: request, type) else {
      return try ControlRoutes.unreadable()
    }
    for await answer in desk.request(make(body)) {
      return try ControlRoutes.json(answer, answer.problem == nil ? .ok : .conflict)
    }
    return try ControlRoutes.json(AgentAnswer.problem(.stopping, "the watch is ending"), .serviceUnavailable)
  }

  private func run(_ request: Request) async throws -> Response {
    guard let body = try await ControlRoutes.body(of: request, RunRequest.self) else {
      return try ControlRoutes.unreadable()
    }
    let answers = desk.request(.run(body))
    return Response(
      status: .ok,
      headers: [.contentType: ControlRoutes.lines],
      body: ResponseBody { writer in
        for await answer in answers {
          try await writer.write(try ControlRoutes.buffer(answer, isLine: true))
        }
        try await writer.finish(nil)
      }
    )
  }

  // MARK: JSON

  private static func body<Body: Decodable>(of request: Request, _ type: Body.Type) async throws -> Body? {
    let buffer = try await request.body.collect(upTo: bodyLimit)
    do {
      return try JSONDecoder().decode(type, from: buffer)
    } catch {
      return nil
    }
  }

  private static func unreadable() throws -> Response {
    try json(AgentAnswer.problem(.badRequest, "the body is not the JSON that this path takes"), .badRequest)
  }

  private static func json(
    _ document: some Encodable,
    _ status: HTTPResponse.Status = .ok
  ) throws -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: try buffer(document))
    )
  }

  private static func buffer(_ document: some Encodable, isLine: Bool = false) throws -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var buffer = ByteBuffer(data: try encoder.encode(document))
    if isLine { buffer.writeInteger(UInt8(ascii: "\n")) }
    return buffer
  }
}
