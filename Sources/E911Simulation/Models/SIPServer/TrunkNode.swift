import E911Values
import SIPCore

/// One contact of a trunk and what its checks say (`oos-check`, `oos-force`).
struct TrunkNode {
    let hop: NextHop
    private(set) var isInService = true
    /// Since when its checks fail.
    private var failingSince: MonotonicTime?
    private var check: ClientTransactionID?

    init(_ hop: NextHop) {
        self.hop = hop
    }

    /// Sends an OPTIONS. One that is still unanswered counts as failed by its time-out.
    mutating func sendCheck(
        domain: String, timeout: Duration, _ context: inout ModelContext<SIPServerEvent>
    ) {
        guard check == nil else { return }
        var request = RequestBuilder(.options, "sip:\(hop.endpoint)\(hop.uriParameters)")
        request.add(.from, "<sip:oos-check@\(domain)>;tag=\(context.engine.newTag())")
        request.add(.to, "<sip:\(hop.endpoint)>")
        request.add(.accept, "application/sdp")
        check = context.send(request, to: hop, timeout: timeout)
    }

    /// Takes the outcome of a check, `status` `nil` for none. `nil` if the transaction is none of its own; else whether
    /// it is in service now, if that changed.
    mutating func checked(
        _ id: ClientTransactionID, status: Int?, force: Duration, _ now: MonotonicTime
    ) -> (isChanged: Bool, isInService: Bool)? {
        guard id == check else { return nil }
        if let status, status < 200 { return (false, isInService) }
        check = nil
        let before = isInService
        // A peer that answers at all and does not know OPTIONS is there.
        if let status, status < 300 || [404, 405, 481, 501].contains(status) {
            failingSince = nil
            isInService = true
        } else {
            let since = failingSince ?? now
            failingSince = since
            if now - since >= force { isInService = false }
        }
        return (before != isInService, isInService)
    }
}
