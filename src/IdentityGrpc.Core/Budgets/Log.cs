using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Budgets;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The shared budget is lost ({Fault}): this replica goes on with what it holds, and then with one part in {Replicas} of each limit", EventName = nameof(BudgetLost))]
    public static partial void BudgetLost(this ILogger logger, string fault, int replicas);

    [LoggerMessage(1102, LogLevel.Information, "The shared budget is back", EventName = nameof(BudgetBack))]
    public static partial void BudgetBack(this ILogger logger);

    [LoggerMessage(1103, LogLevel.Warning, "The shared budget had forgotten what this replica holds, and has been told again", EventName = nameof(BudgetForgot))]
    public static partial void BudgetForgot(this ILogger logger);

    [LoggerMessage(1104, LogLevel.Error, "Renewing the shares of the budget failed inside the service", EventName = nameof(BudgetBeatFault))]
    public static partial void BudgetBeatFault(this ILogger logger, Exception exception);
}
