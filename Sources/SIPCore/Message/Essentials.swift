extension SIPMessage {
    /// Why the message cannot be answered, `nil` if it can: the six things that an answer to a request needs are the
    /// Request-URI, the top Via, From, To, Call-ID and CSeq. One that stands twice with different values counts as
    /// unreadable. For an emergency INVITE this is the only check there is.
    public func essentialsProblem() -> SIPParseError? {
        do throws(SIPParseError) {
            if isRequest { _ = try requestURI() }
            _ = try topVia()
            _ = try from()
            _ = try to()
            _ = try callID()
            _ = try cseq()
            return nil
        } catch {
            var error = error
            error.isResponse = !isRequest
            return error
        }
    }
}
