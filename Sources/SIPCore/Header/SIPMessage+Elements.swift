/// The elements of list headers one by one, in their order over all rows, and no array made of them: for those who read
/// each once. An error of `body` ends it, as one of the header does.
extension SIPMessage {
    /// Each Via, the top one first; none if there is none.
    ///
    /// - Throws: ``SIPParseError`` at the first one that does not follow the grammar; `body` has had those before it.
    public func forEachVia(_ body: (Via) throws(SIPParseError) -> Void) throws(SIPParseError) {
        guard present.contains(HeaderName.via.id) else { return }
        for index in rows.indices where rows[index].id == HeaderName.via.id {
            var scanner = Scanner(value(rows[index]))
            while scanner.stepToElement() { try body(try Via(&scanner)) }
        }
    }

    /// The address of each Contact; none for `Contact: *`.
    ///
    /// - Throws: ``SIPParseError`` at the first one that does not follow the grammar; `body` has had those before it.
    public func forEachContact(_ body: (NameAddress) throws(SIPParseError) -> Void) throws(SIPParseError) {
        if !isStarContact { try forEachAddress(.contact, body) }
    }

    /// Each address of a list header.
    ///
    /// - Throws: ``SIPParseError`` at the first one that does not follow the grammar; `body` has had those before it.
    public func forEachAddress(
        _ name: HeaderName, _ body: (NameAddress) throws(SIPParseError) -> Void
    ) throws(SIPParseError) {
        try forEachElement(name) { text throws(SIPParseError) in try body(try Self.address(text, name)) }
    }

    /// Each element of a list header, as text. Not for headers that use the comma otherwise: WWW-Authenticate,
    /// Authorization and their like, and Date.
    public func forEachElement(
        _ name: HeaderName, _ body: (SIPText) throws(SIPParseError) -> Void
    ) throws(SIPParseError) {
        guard present.contains(name.id) else { return }
        for index in rows.indices where matches(rows[index], name) {
            var list = HeaderList(value(rows[index]))
            while let element = list.next() { try body(element) }
        }
    }
}
