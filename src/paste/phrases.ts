/**
 * What bash, the C library and Windows say in the user's language, with the English words that signatures know.
 * Sources: https://translationproject.org/domain/libc.html, https://translationproject.org/domain/bash.html and
 * https://learn.microsoft.com/windows/win32/debug/system-error-codes
 */
const phrases: readonly (readonly [said: RegExp, english: string])[] = [
  [
    /\s?[:：]\s?(?:commande introuvable|(?:Kommando|Befehl) nicht gefunden|未找到命令|找不到命令|orden no encontrada|no se encontró la orden|コマンドが見つかりません|команда не найдена|comando não encontrado|comando non trovato|명령어를 찾을 수 없음|명령을 찾을 수 없습니다|nie znaleziono polecenia|opdracht niet gevonden)/g,
    ": command not found",
  ],
  [
    /(?:Der Befehl )?['"]?([\w.-]{2,40})['"]? ?(?:ist entweder falsch geschrieben|不是内部或外部命令|不是內部或外部命令|は、?内部コマンドまたは外部コマンド|n'est pas reconnu en tant que commande interne|no se reconoce como un comando interno|non è riconosciuto come comando interno|não é reconhecido como um comando interno|не является внутренней или внешней)/g,
    "'$1' is not recognized as an internal or external command",
  ],
  [
    /没有那个文件或目录|沒有此一檔案或目錄|Datei oder Verzeichnis nicht gefunden|Aucun fichier ou dossier de ce (?:type|nom)|No existe el (?:archivo|fichero) o el directorio|Нет такого файла или каталога|そのようなファイルやディレクトリはありません|Arquivo ou diretório inexistente|File o directory non esistente|그런 파일이나 디렉터리가 없습니다/g,
    "No such file or directory",
  ],
  [
    /无法打开共享(?:对象|目标)文件|Kann die Shared-Object-Datei nicht öffnen|[Nn]e peut ouvrir le fichier d'objet partagé|no se puede abrir el (?:archivo|fichero) del objeto compartido|невозможно открыть разделяемый объектный файл|共有オブジェクトファイルを開けません|не удалось открыть общий объектный файл/g,
    "cannot open shared object file",
  ],
  [/^\s*(?:已杀死|已终止|Getötet|Tué|Processus arrêté|Убито|強制終了|Ucciso|Matado|Morto|죽었음)\s*$/g, "Killed"],
  [
    /打开的?文件过多|Zu viele offene Dateien|Trop de fichiers ouverts|Demasiados (?:archivos|ficheros) abiertos|Слишком много открытых файлов|開いているファイルが多すぎます|Troppi file aperti|Muitos arquivos abertos/g,
    "Too many open files",
  ],
  [
    /设备上没有空间|Auf dem Gerät ist kein Speicherplatz mehr verfügbar|Aucun espace disponible sur le périphérique|No queda espacio en el dispositivo|На устройстве не осталось свободного места|デバイスに空き領域がありません/g,
    "No space left on device",
  ],
  [
    /权限不够|拒绝访问|Keine Berechtigung|Permission non accordée|Permiso denegado|Отказано в доступе|許可がありません|Permissão negada|Permesso negato/g,
    "Permission denied",
  ],
  [/总线错误|Bus-Zugriffsfehler|Erreur (?:du|de) bus|Ошибка шины|バスエラー/g, "Bus error"],
  [
    /段错误|Speicherzugriffsfehler|Erreur de segmentation|Violación de segmento|Ошибка сегментирования|セグメンテーション違反/g,
    "Segmentation fault",
  ],
  [
    /无法分配内存|Nicht genügend Hauptspeicher verfügbar|[Nn]e peut allouer de la mémoire|No se pudo asignar memoria|Не удалось выделить память|メモリを確保できません/g,
    "Cannot allocate memory",
  ],
  [
    /密钥被服务所?拒绝|Schlüssel wurde vom Dienst abgelehnt|La clé a été rejetée par le service/g,
    "Key was rejected by service",
  ],
  [/拒绝了?密钥|所需的密钥不存在|Notwendiger Schlüssel nicht verfügbar/g, "Required key not available"],
];

/** The same line with the system's words in English; a line without such words comes back as it is. */
export function inEnglish(line: string): string {
  let text = line;
  for (const [said, english] of phrases) {
    said.lastIndex = 0;
    if (said.test(text)) text = text.replace(said, english);
  }
  return text;
}
