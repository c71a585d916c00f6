/// What an answer to a message needs, each part read once.
struct Essentials: Sendable {
    /// `nil` for a response.
    let requestURI: SIPURI?
    /// The top one.
    let via: Via
    let from: NameAddress
    let to: NameAddress
    let callID: SIPText
    let cseq: CSeq
}

extension SIPMessage {
    /// Why the message cannot be answered, `nil` if it can: the six things that an answer to a request needs are the
    /// Request-URI, the top Via, From, To, Call-ID and CSeq. One that stands twice with different values counts as
    /// unreadable. For an emergency INVITE this is the only check there is.
    public func essentialsProblem() -> SIPParseError? {
        do throws(SIPParseError) {
            _ = try essentials()
            return nil
        } catch {
            return error
        }
    }

    /// - Throws: what ``essentialsProblem()`` tells.
    func essentials() throws(SIPParseError) -> Essentials {
        do throws(SIPParseError) {
            return Essentials(
                requestURI: isRequest ? try requestURI() : nil, via: try topVia(), from: try from(), to: try to(),
                callID: try callID(), cseq: try cseq())
        } catch {
            var error = error
            error.isResponse = !isRequest
            throw error
        }
    }
}
