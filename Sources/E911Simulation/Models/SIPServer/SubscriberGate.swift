import E911Values
import SIPCore

/// Lets a SUBSCRIBE in whose user and password are right, and asks for them otherwise.
struct SubscriberGate {
    private let account: DigestAccount
    private var server: DigestServer
    private var nonces: SeededGenerator

    init(_ authentication: SIPServerConfiguration.Authentication, hash: DigestHash, nonces: SeededGenerator) {
        account = authentication.account
        server = DigestServer(authentication.policy, hash: hash)
        self.nonces = nonces
    }

    /// Whether it may go on. If not, it has been answered.
    mutating func lets(_ request: IncomingRequest, _ context: inout ModelContext<SIPServerEvent>) -> Bool {
        let account = account
        let verdict = server.judge(request.message, now: context.now) {
            $0 == account.username ? account.password : nil
        }
        switch verdict {
        case .accepted: return true
        case .unreadable: context.respond(to: request.transaction, status: 400)
        case .refused, .stale:
            var response = ResponseBuilder(to: request.message, status: server.party.status)
            for challenge in server.challenges(isStale: verdict == .stale, now: context.now, identifiers: &nonces) {
                response.add(server.party.challengeHeader, challenge.value)
            }
            context.respond(to: request.transaction, with: response)
        }
        return false
    }
}
