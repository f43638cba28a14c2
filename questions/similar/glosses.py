"""Words of questions in Portuguese and Spanish, read as English ones: "grupo" as "group".

Each line begins with the English word. The others are folded; one with a hyphen is a beginning, since verbs have many
forms. Left out are words of no content ("como"), what English has too ("tempo", "guard"), and what begins with the four
letters of its English word, which is found by its spelling.
"""

from functools import lru_cache

_TABLE = """
accessible acessi-
account conta contas cuenta cuentas
add adicion- acrescent- anad-
allowed permitid-
alone sozinh-
answer respost- respuest-
apply aplico aplicar
ask pergunt- pregunt-
assistant asistente
attend asistir asisto asisti
available disponivel disponiveis disponible disponibles
average medio
beginner principiante principiantes iniciante
better melhor mejor mejores
book livro livros libro libros
borrow emprest- prestar presta
broken quebr- estrag- roto rompe rompio
browser navegador navegadores
button botao botoes boton botones
buy compro comprar
calendar horario horarios
call chamada llamada
change mudo muda mudar- mudanc- altero alterar alterac- cambio cambios cambiar-
chapter capitulo capitulos
chart grafic-
choose escolh- elijo elegir elegim-
cite cito citar
cloud nuvem nube
code codigo codigos
colleague colega colegas companheir- companer-
command comando comandos
comment comentario comentarios
company empresa empresas
computer ordenador portatil
connect conect- ligac- conex-
copy copia copias copiar
cost custa custo custam cuesta cuestan
course curso cursos
crash bloque-
create crio criar creo
cut cortar
data dados dado datos dato
day dia dias
deadline prazo prazos plazo plazos
delete apag- borro borrar removo remover
design diseno disenar
different diferenc- diferent-
disconnect deslig- desconect-
download descarreg- descarg- baix-
draw desenh- dibuj-
duplicate repetid-
during durante
each cada
easy facil faceis faciles
effect efeito efeitos efecto efectos
empty vazi- vacio vacia
enough suficient-
environment ambiente ambientes entorno entornos
evaluate avali-
example exemplo exemplos ejemplo ejemplos
exercise ejercici-
extend prorrog- adiar aplazar
fail falha falham falhou falla fallan fallo fallos
fast rapido rapida rapidos
field campo campos
file ficheir- arquivo arquivos archivo archivos
find encontr-
finish acab- concluir concluo terminar termino
folder carpeta carpetas
free gratis gratuito gratuita
full cheio cheia lleno llena
generate gero gerar
grade nota notas pontuac- puntuac- calificac-
group grupo grupos
guide guia guias
hard dificil dificeis dificiles
health saude salud
help ajud- ayud-
holiday feriado feriados festivo festivos ferias vacaciones
homework deberes tarefa tarefas tarea tareas
hypothesis hipotes-
idea ideia ideias
improve melhoro melhorar mejorar
interview entrevist-
invite convid-
join entrar inscrev- juntar juntarme unirme
key chave chaves clave claves
know sei conhec- conozc- conoc-
language lingua linguas idioma idiomas lenguaje linguagem
large grande grandes
last ultimo ultima ultimos ultimas
later tarde
law lei leis ley leyes
layer camada camadas capa capas
learn aprend-
leave sair salir desistir abandonar
lecture aula aulas clase clases
lesson licao licoes leccion lecciones
level nivel niveis niveles
library bibliotec-
link ligacao enlace enlaces
load carreg- carga cargar
long largo largos larga largas
loop ciclo ciclos bucle bucles
lost perdid-
mail correio correo
mandatory obrigatori- obligatori-
map mapa mapas
market mercado mercados
mathematics matematic-
mean significa significad-
measure medir medid- medicao medicion
meet encontro encontramos quedamos
meeting reuniao reunioes reuniones
message mensag- mensaj-
method metodo metodos
miss falto faltei faltar faltado falhei perdi perder
missing falta faltam faltan faltante faltantes
money dinheiro dinero
month meses
name nome nomes nombre nombres
network rede redes
new novo novos nuevo nueva nuevos
number numero numeros
occupied ocupad-
only apenas solamente
open abrir abro abre
optional opcional opcionais opcionales
other outro outra outros otro otra otros
package pacote pacotes paquet-
page pagina paginas
pair pareja parejas
paper artigo artigos articulo articulos
password senha senhas contrasen-
patient paciente pacientes
pay pago pagar pagam pagamos
people pessoa pessoas
percent porcentagem porcentaje
phone telemovel telemoveis celular movil moviles
photograph foto fotos fotograf-
place lugar lugares vaga vagas
point ponto pontos punto puntos
port puerto puertos
possible posible
practice pratica
predict prever previsao
presentation apresent-
price preco precos precio precios
print imprimo imprimir impresora impressora impressao
project proyect-
quality calidad-
question duvid- duda dudas
random aleatori-
read ler leio leo lea
reason razao motivo razon
recording gravac- grabac- gravar gravado gravada grabar grabado grabada
registration inscric- inscripc- matricula matricular
reject recuso recusa recusar rechaz-
replace substituir sustituir
report relatori- informe informes
request pedid- peticion-
restart reinici-
room sala salas
row linha linhas fila filas
rule regra regras regla reglas
run executo executar ejecut- corro correr
safe seguro segura seguranca seguridad
same mesmo mesma mesmos mesmas mismo misma mismos mismas
sample amostr- muestr-
save guardo guarda guardar gravo
schedule agendar
school escola escolas escuela escuelas
screen ecra tela pantalla pantallas
search procuro procura procurar pesquis- busc-
see vejo ver vemos veo
send envio enviar enviarlo mando mandar
session sesion sesiones
share partilh- comparti- comparto
short curto curta corto corta
show mostr- aparec-
sign assin- firmar
site sitio sitios
size taman-
slides diapositiv-
slow lento lenta lentos lentas demora
small pequen-
solve resolvo resuelv-
sort ordeno ordenar
sound som sonido
source fontes fuente fuentes
speak falar falo hablar hablo
speed velocid-
split divido dividir separo separar
start comec- inici- empez- empiez- comienz- arranc-
statistics estatistic- estadistic-
step passo passos paso pasos
stop parar paro detener
store armazen- almacen-
strange estranh- raro raros rara raras
street rua ruas calle calles
student alun- estudant- estudiant-
study estudo estudos estudio estudios estudar
style estilo estilos
submit entreg-
summary resumo resumen
survey inquerito encuesta encuestas
table tabela tabelas
take tomo tomar tirar
teacher professora professores profesor-
team equipa equipas equipe equipo equipos
test prueb- probar
theory teoria
think penso pensar
time tiempo hora horas
together juntos
tool ferrament- herramient-
topic tema temas
train trein- entreno entrenar entrenamiento
translate traduz- traducir traducao traduccion
travel viagem viaje
type tipo tipos
understand entend- compreend-
uninstall desinstal-
update atualiz- actualizac- actualizar actualizo
upload subir subo
use usar utilizo utilizar usamos
user utilizador- usuari-
value valores
wait espero espera esperar
warning aviso avisos advertenc-
water agua
week semana semanas semanal
window janela ventana
word palavra palavras palabra palabras
work trabalh- trabaj- funciona funcionam funcionan
workshop oficina oficinas talleres
write escrev- escrib-
wrong errad- incorret-
year ano anos
"""
LINES = [line.split() for line in _TABLE.splitlines() if line]
_BY_FORM = {form: english for english, *forms in LINES for form in forms}
_LENGTHS = range(3, max(map(len, _BY_FORM)))


@lru_cache(maxsize=50_000)
def in_english(word: str) -> str:
    """Return the English word for a folded one, or the word itself if the table does not have it."""
    beginnings = (f"{word[:length]}-" for length in _LENGTHS)
    return _BY_FORM.get(word) or next((_BY_FORM[each] for each in beginnings if each in _BY_FORM), word)
