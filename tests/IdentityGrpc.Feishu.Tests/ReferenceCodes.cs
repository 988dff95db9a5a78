using System.Globalization;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Errors;

namespace IdentityGrpc.Feishu.Tests;

/// <summary>The codes of the reference (§1.4, §6.4–§6.6) with the HTTP status that each comes with and what the client must do: written from the reference, not from the client.</summary>
internal static class ReferenceCodes
{
    private const string Table = """
        10003    200 GiveUp       NoPermission          None
        10005    200 GiveUp       NoPermission          None
        10012    200 RenewTicket  UpstreamUnavailable   None
        10013    200 GiveUp       NoPermission          None
        10014    200 GiveUp       NoPermission          None
        10015    200 GiveUp       NoPermission          None
        10016    200 GiveUp       NoPermission          None
        99991543 400 GiveUp       NoPermission          None
        99991661 400 GiveUp       UpstreamUnavailable   None
        99991662 400 GiveUp       NoPermission          None
        99991663 400 RefreshToken UpstreamUnavailable   None
        99991664 400 RefreshToken UpstreamUnavailable   None
        99991665 400 GiveUp       NoPermission          None
        99991668 400 GiveUp       NoPermission          None
        99991669 400 GiveUp       NoPermission          None
        99991671 400 RefreshToken UpstreamUnavailable   None
        99991672 400 GiveUp       NoPermission          Scopes
        99991673 400 GiveUp       NoPermission          None
        99991674 400 GiveUp       NoPermission          None
        99991675 400 GiveUp       NoPermission          None
        99991676 400 GiveUp       NoPermission          None
        99991677 400 GiveUp       NoPermission          None
        99991679 400 GiveUp       NoPermission          Scopes
        99991400 429 Throttle     BudgetExhausted       None
        99991401 400 GiveUp       NoPermission          None
        99991403 400 StopForMonth BudgetExhausted       None
        99992351 400 GiveUp       NotFoundOrNotVisible  Ids
        99992352 400 GiveUp       NotFoundOrNotVisible  Ids
        99992353 400 GiveUp       NotFoundOrNotVisible  Ids
        99992357 400 GiveUp       NotFoundOrNotVisible  None
        99992358 400 GiveUp       NotFoundOrNotVisible  None
        99992359 400 GiveUp       NotFoundOrNotVisible  Ids
        99992360 400 GiveUp       NotFoundOrNotVisible  Ids
        99992361 400 GiveUp       CrossAppId            Ids
        99992363 400 GiveUp       NotFoundOrNotVisible  Ids
        99992364 400 GiveUp       NotFoundOrNotVisible  Ids
        99992379 400 GiveUp       NotFoundOrNotVisible  None
        99992380 400 GiveUp       NotFoundOrNotVisible  None
        99992381 400 GiveUp       CrossTenantId         Ids
        99992402 400 GiveUp       InvalidInput          Field
        99992500 400 GiveUp       NoPermission          None
        99992501 400 GiveUp       NoPermission          None
        1500     400 Retry        UpstreamUnavailable   None
        1503     400 Retry        UpstreamUnavailable   None
        1642     400 Retry        UpstreamUnavailable   None
        1663     400 Retry        UpstreamUnavailable   None
        2200     400 Retry        UpstreamUnavailable   None
        5000     400 Retry        UpstreamUnavailable   None
        10101    400 Retry        UpstreamUnavailable   None
        10105    400 Retry        UpstreamUnavailable   None
        55001    400 Retry        UpstreamUnavailable   None
        40001    400 GiveUp       InvalidInput          Ids
        40002    400 GiveUp       InvalidInput          None
        40003    400 Retry        UpstreamUnavailable   None
        40004    403 GiveUp       NoPermission          None
        40007    403 GiveUp       NoPermission          None
        40008    400 GiveUp       NotFoundOrNotVisible  None
        40011    400 GiveUp       InvalidInput          None
        40012    400 GiveUp       UpstreamUnavailable   None
        40014    403 GiveUp       NoPermission          None
        40015    400 GiveUp       NotFoundOrNotVisible  None
        41011    400 GiveUp       InvalidInput          None
        41012    400 GiveUp       NotFoundOrNotVisible  Ids
        41013    400 GiveUp       NoPermission          None
        41050    400 GiveUp       NotFoundOrNotVisible  Ids
        41054    400 GiveUp       InvalidInput          None
        42006    400 GiveUp       NotFoundOrNotVisible  Ids
        42008    401 GiveUp       NoPermission          None
        43007    400 GiveUp       InvalidInput          None
        43009    400 GiveUp       NoPermission          None
        43010    400 GiveUp       InvalidInput          None
        44102    400 GiveUp       InvalidInput          None
        48001    400 GiveUp       InvalidInput          None
        48002    500 Retry        UpstreamUnavailable   None
        40161    400 GiveUp       NoPermission          None
        40162    400 GiveUp       InvalidInput          None
        """;

    public static IReadOnlyList<Row> All { get; } = [.. Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(cells => new Row(
        int.Parse(cells[0], CultureInfo.InvariantCulture), int.Parse(cells[1], CultureInfo.InvariantCulture),
        Enum.Parse<CodeAction>(cells[2]), Enum.Parse<FailureReason>(cells[3]), Enum.Parse<CodeDetail>(cells[4])))];

    public sealed record Row(int Code, int Status, CodeAction Action, FailureReason Reason, CodeDetail Detail);
}
